"""A node as linked data: what the store says of it, in any format of triples.

The node with all that is said of it, the notes printed at it and above it, and of the
nodes above and directly below it what they are called, so that one can go on there.  A
subtree, or everything, is what ``icdgraph export`` writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.rdf.answer_bytes import Question
from icdgraph.rdf.mapping import term_of
from icdgraph.web.addresses import FORMATS, address

if TYPE_CHECKING:
    from icdgraph.graph import Node

MOST = 100_000
"""Triples of the longest answer; the longest of the 2026 release has some 4,000."""

# With VALUES for ?p as well, the store would take 150 ms where it now takes one.
_TEXT = """CONSTRUCT {{ ?s ?p ?o }} {{
  {{ {node} ?p ?o BIND({node} AS ?s) }}
  UNION {{ VALUES ?owner {{ {node} {above} }} ?s ig:owner ?owner ; ?p ?o }}
  UNION {{ VALUES ?s {{ {above} {below} }} ?s ?p ?o
           FILTER(?p IN (skos:prefLabel, skos:notation, skos:broader)) }}
}}"""


def question(node: Node, media: str) -> Question:
    """Return the question whose answer is *node* as linked data of type *media*."""
    text = _TEXT.format(
        node=term_of(node.code),
        above=" ".join(term_of(near.code) for near in node.path),
        below=" ".join(term_of(near.code) for near in node.children),
    )
    return Question(text, None, media, MOST, False, None, None)


def links(node: Node) -> str:
    """Return the Link header of *node*: its address, and the formats it is found in.

    >>> from icdgraph.toy import toy
    >>> links(toy().core["M54.50"])[:74]
    '</M54.50>; rel="canonical", </M54.50.json>; rel="alternate"; type="applica'
    """
    here = address(node)
    others = (
        f'<{here}{form.suffix}>; rel="alternate"; type="{form.media}"'
        for form in FORMATS
        if form.suffix
    )
    return ", ".join([f'<{here}>; rel="canonical"', *others])
