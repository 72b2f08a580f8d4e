"""What a network says at its nodes and edges, in values that any file format can hold.

Every value is a text, an integer or yes and no; what does not apply is left out.  A
node is known by its name (see `links.names`), a term by ``term:`` and its text, an edge
by its ends and a key: the relation, and where it is not the first of its relation
between the two, its place among them, ``excludes1`` and ``excludes1 2``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icdgraph.network.links import Selection, chapters, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.graph import Graph
    from icdgraph.model import Relation

Attributes = dict[str, Any]

NODE_FIELDS: dict[str, type] = {
    "kind": str,
    "code": str,
    "title": str,
    "level": int,
    "billable": bool,
    "chapter": str,
    "number": int,
}
"""At a node: its kind, code and title, as in `Node`; levels below the root; whether it
may stand on a claim; the name of its chapter; its place in the book, which
`Graph.node` takes.  A term has the kind ``term``, and its text as title."""

PART_FIELDS: dict[str, type] = {"inside": bool}
"""Further, where only a part of the book was asked for: whether the node lies there, or
is but the other end of an edge."""

EDGE_FIELDS: dict[str, type] = {
    "relation": str,
    "note": int,
    "owner": str,
    "position": int,
    "heading": str,
    "text": str,
    "state": str,
}
"""At an edge: its relation, and but for ``parent`` its note: the number that
`Graph.note` takes, the name of the node it is printed at, its position there, the
line that heads its list, its words, and how far they could be read."""

TERM = "term"
PARENT_EDGE: Attributes = {"relation": "parent"}


def about(graph: Graph) -> dict[str, str]:
    """Return what a network as a whole is called: its name and its release.

    >>> from icdgraph.toy import toy
    >>> about(toy().core)["name"]
    'ICD-10-CM 2026'
    """
    return {"name": f"ICD-10-CM {graph.version}", "release": graph.edition.identifier}


def node_fields(selection: Selection) -> dict[str, type]:
    """Return what nodes of *selection* can say, and of what type it is."""
    return NODE_FIELDS if selection.under is None else NODE_FIELDS | PART_FIELDS


def nodes(selection: Selection) -> Iterator[tuple[str, Attributes]]:
    """Yield the nodes as name and attributes: in the order of the book, then terms.

    Nodes without an edge are there too.

    >>> from icdgraph.toy import toy
    >>> name, told = list(nodes(Selection(toy().core)))[-1]
    >>> name, told["billable"], told["chapter"], told["level"]
    ('S39.012S', True, 'S00-T88', 7)
    """
    numbers, terms = selection.ends()
    part = selection.under is not None
    for name, told in _nodes(selection.graph, numbers):
        if part:
            told["inside"] = told["number"] in selection.inside
        yield name, told
    for text in terms:
        told = {"kind": TERM, "title": text}
        yield term(text), told | ({"inside": True} if part else {})


def edges(selection: Selection) -> Iterator[tuple[str, str, str, Attributes]]:
    """Yield the edges as source, target, key and attributes, in the order of `links`.

    The edges of one note share their attributes: copy them before you change them.

    >>> from icdgraph.toy import toy
    >>> source, target, key, told = list(edges(Selection(toy().core)))[9]
    >>> source, target, key, told["owner"], told["position"]
    ('F45.42', 'G89', 'code-also', 'F45.42', 1)
    """
    known, notes = names(selection.graph), dict[int, Attributes]({-1: PARENT_EDGE})
    counts: dict[tuple[int | str, Relation], int] = {}
    last = -1
    for source, target, relation, note in selection.links():
        if source != last:
            counts, last = {}, source
        count = counts[target, relation] = counts.get((target, relation), 0) + 1
        if note not in notes:
            notes[note] = _edge(selection.graph, note, known)
        end = term(target) if isinstance(target, str) else known[target]
        key = relation.value if count == 1 else f"{relation.value} {count}"
        yield known[source], end, key, notes[note]


def term(text: str) -> str:
    """Return the name of the node that stands for the term *text*."""
    return f"{TERM}:{text}"


def _nodes(graph: Graph, numbers: Iterable[int]) -> Iterator[tuple[str, Attributes]]:
    """Yield what is said at nodes, straight from the columns: a `Node` takes longer."""
    codes, titles = graph.codes, graph.titles
    depth = graph.tree.depth
    known, top = names(graph), chapters(graph)
    for number in numbers:
        told = {
            "kind": graph.kind_of(number).value,
            "code": codes[number],
            "title": titles[number],
            "level": depth[number],
            "billable": graph.is_billable(number),
            "chapter": known[top[number]],
            "number": number,
        }
        yield known[number], told


def _edge(graph: Graph, note: int, known: Sequence[str]) -> Attributes:
    heading = graph.heading_of(note)
    return {
        "relation": str(graph.kind_of_note(note).relation),
        "note": note,
        "owner": known[graph.owner_of(note)],
        "position": graph.position_of(note),
        **({} if heading is None else {"heading": graph.text_of(heading)}),
        "text": graph.text_of(note),
        "state": graph.state_of(note).value,
    }
