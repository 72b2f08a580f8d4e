"""The formats a graph can be written in, and the one function that writes them all.

The same graph gives the same bytes.  A file is written beside its place and moved
there when whole, so that an interrupted export leaves no half of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from icdgraph.rdf import jsonld, mapping, turtle
from icdgraph.rdf.vocabulary import release_iri

if TYPE_CHECKING:
    from icdgraph.graph import CodeGraph, Node

Writer = Callable[[Iterable[mapping.Resource], str], Iterator[str]]

FORMATS: dict[str, tuple[Writer, str]] = {
    "turtle": (turtle.lines, "ttl"),
    "jsonld": (jsonld.lines, "jsonld"),
}
"""The writer and the file ending of each format."""


def pieces(graph: CodeGraph, form: str, root: Node | None = None) -> Iterator[str]:
    r"""Yield *graph* in the format *form* piece by piece; with *root*, its subtree.

    >>> from icdgraph.toy import toy
    >>> next(pieces(toy(), "turtle"))
    '@prefix ICD10CM: <http://purl.bioontology.org/ontology/ICD10CM/> .\n'
    """
    writer, _ = FORMATS[form]
    return writer(mapping.resources(graph, root), release_iri(graph))


def export(
    graph: CodeGraph, form: str, path: str | Path, root: Node | None = None
) -> Path:
    """Write *graph* in the format *form*, a key of `FORMATS`, to *path*; return it."""
    place = Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f".{place.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces(graph, form, root))
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)
    return place
