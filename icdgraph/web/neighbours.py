"""What stands around a node, for the graph that grows where it is clicked.

The nodes above it and below it, and the ends of the notes that speak for it or name it,
each as a line of its relation.  A line starts where the note is printed, so that what a
code inherits is seen at the ancestor it inherits it from.  What is left out is counted.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from icdgraph.draw.palette import LOOKS
from icdgraph.model import LINKING, Relation
from icdgraph.serialize import Record, node_record
from icdgraph.web.addresses import address, title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Node

CHILDREN = 12
"""Children shown at most."""

LIMIT = 4
"""Nodes shown of each relation in each direction, if nobody says otherwise."""

LONGEST = 80
"""Characters of the longest words of a note that a line carries."""

Line = tuple[str, Relation, str]
"""From which node, by what relation, to which."""


def neighbours(node: Node, limit: int = LIMIT) -> Record:
    """Return *node* and what stands around it as a record.

    *limit* is how many are shown of each relation, in each direction; the first that
    every note names come before the second of any.

    >>> from icdgraph.toy import toy
    >>> found = neighbours(toy().core["M54.5"])
    >>> [(line["from"], line["to"]) for line in found["lines"]][-2:]
    [('G89', 'M54.5'), ('G89', 'M54')]
    """
    drawn = {near.code: near for near in _tree(node)}
    lines: dict[Line, list[str]] = {line: [] for line in _parents(node)}
    left_out: dict[str, int] = {}
    for relation, edges in _groups(node).items():
        shown, hidden = _chosen(edges, drawn, limit)
        for edge in shown:
            drawn |= {edge[0].code: edge[0], edge[2].code: edge[2]}
            line = edge[0].code, edge[1], edge[2].code
            lines.setdefault(line, []).append(edge[3])
        if hidden:
            left_out[relation] = left_out.get(relation, 0) + hidden
    children = len(node.children) - CHILDREN
    if children > 0:
        left_out[Relation.PARENT] = children
    return {
        "name": node.code,
        "nodes": [_item(near) for near in drawn.values()],
        "lines": [
            {"from": a, "relation": relation, "to": b, "words": "; ".join(words)}
            for (a, relation, b), words in lines.items()
        ],
        "left_out": left_out,
        "relations": looks(),
    }


def looks() -> list[dict[str, Any]]:
    """Return each relation with its words, its colour and its dashes."""
    return [
        {
            "relation": relation.value,
            "words": look.words,
            "colour": look.colour,
            "dashes": list(look.dashes),
        }
        for relation, look in LOOKS.items()
        if relation is not Relation.SYNONYM
    ]


def _item(node: Node) -> Record:
    return node_record(node) | {
        "name": node.code,
        "title": title(node),
        "billable": node.is_billable,
        "href": address(node),
    }


def _tree(node: Node) -> Iterator[Node]:
    yield from node.path
    yield node
    yield from node.children[:CHILDREN]


def _parents(node: Node) -> Iterator[Line]:
    for above, below in pairwise([*node.path, node]):
        yield below.code, Relation.PARENT, above.code
    for child in node.children[:CHILDREN]:
        yield child.code, Relation.PARENT, node.code


_Edge = tuple["Node", Relation, "Node", str]


def _groups(node: Node) -> dict[Relation, list[_Edge]]:
    """Return the edges of notes, those that speak for *node* before those that name it.

    Under each relation one after the other, so that the first of each come first.
    """
    found: dict[Relation, list[_Edge]] = {}
    ranked = sorted([*_said(node), *_naming(node)], key=lambda one: one[0])
    for _, edge in ranked:
        found.setdefault(edge[1], []).append(edge)
    return found


def _said(node: Node) -> Iterator[tuple[int, _Edge]]:
    for note in node.applicable_notes(*LINKING):
        source = next((n for n in note.scope if n.subsumes(node)), note.owner)
        relation = note.kind.relation
        assert relation
        for rank, target in enumerate(note.targets):
            yield rank, (source, relation, target, note.text[:LONGEST])


def _naming(node: Node) -> Iterator[tuple[int, _Edge]]:
    for note in node.pointed_at_by:
        relation = note.kind.relation
        if relation is None or note.applies_to(node):
            continue
        for target in note.targets:
            if target.subsumes(node):
                yield 0, (note.owner, relation, target, note.text[:LONGEST])


def _chosen(
    edges: Iterable[_Edge], drawn: dict[str, Node], limit: int
) -> tuple[list[_Edge], int]:
    """Return the edges to show, and how many nodes are left out.

    At most *limit* nodes that are not *drawn* yet are shown in each direction.
    """
    fresh: dict[bool, set[str]] = {True: set(), False: set()}
    hidden: set[str] = set()
    shown = []
    for edge in edges:
        # One of its ends is drawn already: the place above the node, or it itself.
        outer, is_named = (edge[2], True) if edge[0].code in drawn else (edge[0], False)
        room = fresh[is_named]
        if outer.code in drawn or outer.code in room or len(room) < limit:
            shown.append(edge)
            if outer.code not in drawn:
                room.add(outer.code)
        else:
            hidden.add(outer.code)
    return shown, len(hidden)
