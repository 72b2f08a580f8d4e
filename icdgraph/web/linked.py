"""A node as linked data, in any format of triples.

The answer has all triples about the node, the notes defined at it and above it, and the
names of the nodes above and directly below it, as links to go on with.  For a subtree
or the whole graph, use ``icdgraph export``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.rdf.answer_bytes import Question
from icdgraph.rdf.mapping import term_of
from icdgraph.web.addresses import FORMATS, address

if TYPE_CHECKING:
    from icdgraph.graph import Node

MOST = 100_000
"""How many triples the longest answer has; in the 2026 release it is about 4,000."""

# With VALUES for ?p as well, the store takes 150 ms instead of 1 ms.
_TEXT = """CONSTRUCT {{ ?s ?p ?o }} {{
  {{ {node} ?p ?o BIND({node} AS ?s) }}
  UNION {{ VALUES ?owner {{ {node} {above} }} ?s ig:owner ?owner ; ?p ?o }}
  UNION {{ VALUES ?s {{ {above} {below} }} ?s ?p ?o
           FILTER(?p IN (skos:prefLabel, skos:notation, skos:broader)) }}
}}"""


def question(node: Node, media: str) -> Question:
    """Return the question whose answer is *node* in the media type *media*."""
    text = _TEXT.format(
        node=term_of(node.code),
        above=" ".join(term_of(other.code) for other in node.path),
        below=" ".join(term_of(other.code) for other in node.children),
    )
    return Question(text, None, media, MOST, False, None, None)


def links(node: Node) -> str:
    """Return the Link header of *node*: its address, and those of its other formats."""
    here = address(node)
    others = (
        f'<{here}{form.suffix}>; rel="alternate"; type="{form.media}"'
        for form in FORMATS[1:]
    )
    return ", ".join([f'<{here}>; rel="canonical"', *others])
