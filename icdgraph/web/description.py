"""The SPARQL 1.1 Service Description (W3C, 2013) of the endpoint."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from icdgraph.rdf.triple_formats import convert
from icdgraph.rdf.vocabulary import LICENSE, release_iri

if TYPE_CHECKING:
    from icdgraph.graph import Graph

TURTLE = "text/turtle"
TEMPLATE = Path(__file__).with_name("service.ttl")


def description(graph: Graph, address: str, media: str) -> bytes:
    """Return the description of the endpoint at *address* in the media type *media*."""
    title, release = f"ICD-10-CM {graph.version}", release_iri(graph)
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        address=address, title=title, release=release, license=LICENSE
    )
    return text.encode() if media == TURTLE else convert(text, media)
