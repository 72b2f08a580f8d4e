"""The attributes of a network's nodes and edges, in values that any file format takes.

Every value is text, an integer or a bool; an attribute that does not apply is left out.
A node is named by its code, and a term by ``term:`` and its text.  An edge is named by
its two nodes and a key: its relation, with a number from the second edge of the same
relation between the two nodes on, as in ``excludes1`` and ``excludes1 2``.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from icdgraph.model import Kind
from icdgraph.network.weights import group_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph
    from icdgraph.model import Relation
    from icdgraph.network.selection import Selection

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
"""The attributes of a node: as in `Node`, *level* counting from 1 for a chapter,
*chapter* the code of its chapter, *number* its place in the book, which `Graph.node`
takes.  A term has the kind ``term``, and its text as title."""

PART_FIELDS: dict[str, type] = {"inside": bool}
"""Further attributes in a part of the classification: whether a node is at or below the
node chosen, or only the other end of an edge."""

EDGE_FIELDS: dict[str, type] = {
    "relation": str,
    "note": int,
    "owner": str,
    "position": int,
    "heading": str,
    "text": str,
    "state": str,
}
"""The attributes of an edge: its relation and, unless that is ``parent``, its note: the
number that `Graph.note` takes, the code of the node where the note is defined, its
position there, the line that heads its list, its text, and its `State`."""

TERM = "term"


def about(graph: Graph) -> dict[str, str]:
    """Return the attributes of the network as a whole: its name and its release."""
    return {"name": f"ICD-10-CM {graph.version}", "release": graph.edition.identifier}


def node_fields(selection: Selection) -> dict[str, type]:
    """Return the attributes that nodes of *selection* can have, with their types."""
    return NODE_FIELDS | PART_FIELDS if selection.is_part else NODE_FIELDS


def nodes(selection: Selection) -> Iterator[tuple[str, Attributes]]:
    """Yield each node with its attributes: in book order, then the terms.

    Nodes without an edge are included.
    """
    # By number, because making a `Node` for each would take twice as long.
    graph, (numbers, terms) = selection.graph, selection.ends()
    codes, titles, depth = graph.codes, graph.titles, graph.tree.depth
    chapters = group_of(graph, Kind.CHAPTER)
    for number in numbers:
        attributes = {
            "kind": graph.kind_of(number).value,
            "code": codes[number],
            "title": titles[number],
            "level": depth[number],
            "billable": graph.is_billable(number),
            "chapter": codes[chapters[number]],
            "number": number,
        }
        if selection.is_part:
            attributes["inside"] = number in selection.inside
        yield codes[number], attributes
    for text in terms:
        attributes = {"kind": TERM, "title": text}
        yield term(text), attributes | ({"inside": True} if selection.is_part else {})


def edges(selection: Selection) -> Iterator[tuple[str, str, str, Attributes]]:
    """Yield each edge of *selection* as source, target, key and attributes.

    The edges of one note share their attributes: copy them before you change them.

    >>> from icdgraph.network.selection import Selection
    >>> from icdgraph.toy import toy
    >>> source, target, key, attributes = list(edges(Selection(toy().core)))[9]
    >>> source, target, key, attributes["owner"], attributes["position"]
    ('F45.42', 'G89', 'code-also', 'F45.42', 1)
    """
    codes = selection.graph.codes
    by_note = dict[int, Attributes]({-1: {"relation": "parent"}})
    for source, group in groupby(selection.edges(), itemgetter(0)):
        counts: Counter[tuple[int | str, Relation]] = Counter()
        for _, target, relation, note in group:
            counts[target, relation] += 1
            count = counts[target, relation]
            if note not in by_note:
                by_note[note] = _edge(selection.graph, note)
            end = term(target) if isinstance(target, str) else codes[target]
            key = relation.value if count == 1 else f"{relation.value} {count}"
            yield codes[source], end, key, by_note[note]


def term(text: str) -> str:
    """Return the name of the node that stands for the term *text*."""
    return f"{TERM}:{text}"


def _edge(graph: Graph, note: int) -> Attributes:
    heading = graph.heading_of(note)
    return {
        "relation": str(graph.kind_of_note(note).relation),
        "note": note,
        "owner": graph.codes[graph.owner_of(note)],
        "position": graph.position_of(note),
        **({} if heading is None else {"heading": graph.text_of(heading)}),
        "text": graph.text_of(note),
        "state": graph.state_of(note).value,
    }
