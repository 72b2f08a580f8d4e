"""The attributes of a network's nodes and edges, in values that any file format takes.

Every value is text, an integer or a bool; an attribute that does not apply is left out.
A node is named by its code, the root `ROOT`, and a term by ``term:`` and its text.

Two nodes have one edge for each relation between them, and its key is the relation.
Where several notes state it, the edge has all of them: their ids separated by spaces,
and their texts by line breaks, as in

    A09 --excludes1--> K52.9    note   A09/excludes1/1 A09/excludes1/3 ...
                                text   colitis NOS (K52.9)
                                       enteritis NOS (K52.9)
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from icdgraph.model import Kind, State
from icdgraph.network.selection import ABOVE
from icdgraph.network.weights import group_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
takes.  The root has the kind ``classification``, the level 0, no chapter and no number.
A term has the kind ``term``, and its text as title."""

PART_FIELDS: dict[str, type] = {"inside": bool}
"""Further attributes in a part of the classification: whether a node is at or below the
node chosen, or only the other end of an edge."""

EDGE_FIELDS: dict[str, type] = dict.fromkeys(
    ("relation", "note", "owner", "heading", "text", "state"), str
)
"""The attributes of an edge: its relation and, unless that is ``parent``, its notes:
the ids, which `Graph.note` takes and RDF has, the codes of the nodes where they are
defined, the lines that head their lists, and their texts.  Of several notes, *state* is
the first in the order of `State`: ``qualified`` means that all of them are."""

ROOT = "ICD-10-CM"
"""The name of the node above all chapters, in RDF too."""

TERM = "term"

_STATES = list(State)


def about(graph: Graph) -> dict[str, str]:
    """Return the attributes of the network as a whole: its name and its release."""
    return {"name": f"ICD-10-CM {graph.version}", "release": graph.edition.identifier}


def node_fields(selection: Selection) -> dict[str, type]:
    """Return the attributes that nodes of *selection* can have, with their types."""
    return NODE_FIELDS | PART_FIELDS if selection.is_part else NODE_FIELDS


def nodes(selection: Selection) -> Iterator[tuple[str, Attributes]]:
    """Yield each node with its attributes: in book order, then the terms."""
    # By number, because making a `Node` for each would take twice as long.
    graph, (numbers, terms) = selection.graph, selection.ends()
    codes, titles, depth = graph.codes, graph.titles, graph.tree.depth
    chapters = group_of(graph, Kind.CHAPTER)
    for number in numbers:
        if number == ABOVE:
            root = {"kind": "classification", "code": ROOT, "title": ROOT, "level": 0}
            attributes = root | {"billable": False}
        else:
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
        yield name_of(graph, number), attributes
    for text in terms:
        attributes = {"kind": TERM, "title": text}
        if selection.is_part:
            attributes["inside"] = True
        yield name_of(graph, text), attributes


def edges(selection: Selection) -> Iterator[tuple[str, str, Attributes]]:
    """Yield each edge of *selection* as source, target and attributes.

    Edges of the same notes share their attributes: copy them before you change them.

    >>> from icdgraph.network.selection import Selection
    >>> from icdgraph.toy import toy
    >>> source, target, attributes = list(edges(Selection(toy().core, "code-also")))[0]
    >>> source, target, attributes["note"]
    ('F45.42', 'G89', 'F45.42/codeAlso/1')
    """
    graph = selection.graph
    made: dict[tuple[int, ...], Attributes] = {}
    for source, group in groupby(selection.edges(), itemgetter(0)):
        notes: dict[tuple[int | str, Relation], dict[int, None]] = {}
        for _, target, relation, note in group:
            notes.setdefault((target, relation), {})[note] = None
        start = name_of(graph, source)
        for (target, relation), numbers in notes.items():
            key = tuple(numbers)
            if key not in made:
                made[key] = {"relation": relation.value} | _stated(graph, key)
            yield start, name_of(graph, target), made[key]


def name_of(graph: Graph, end: int | str) -> str:
    """Return the name of an *end* of an edge: a number, or the text of a term.

    >>> from icdgraph.toy import toy
    >>> [name_of(toy().core, end) for end in (0, -1, "Loin pain")]
    ['A00-B99', 'ICD-10-CM', 'term:Loin pain']
    """
    if isinstance(end, str):
        return f"{TERM}:{end}"
    return ROOT if end == ABOVE else graph.codes[end]


def _stated(graph: Graph, notes: Sequence[int]) -> Attributes:
    """Return what *notes* say; -1 stands for none, on an edge to a parent."""
    if notes[0] < 0:
        return {}
    headings = [h for note in notes if (h := graph.heading_of(note)) is not None]
    lines = {"heading": "\n".join(map(graph.text_of, dict.fromkeys(headings)))}
    owners = dict.fromkeys(map(graph.owner_of, notes))
    return {
        "note": " ".join(map(graph.note_id, notes)),
        "owner": " ".join(graph.codes[owner] for owner in owners),
        **(lines if headings else {}),
        "text": "\n".join(map(graph.text_of, notes)),
        "state": min(map(graph.state_of, notes), key=_STATES.index).value,
    }
