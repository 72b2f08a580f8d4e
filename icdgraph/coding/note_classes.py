"""Classes of nodes to which the same statements apply.

A statement, such as a note, starts at some nodes and includes everything below them.
Nodes under the same statements behave alike, and there are few such classes:

    Excludes1 at M54      M54, M54.2, M54.5- under it     one class
    Excludes1 at M54.5    M54.50, M54.59 under both       another
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def note_classes(
    parents: Sequence[int], tops: Iterable[Iterable[int]]
) -> tuple[list[int], list[frozenset[int]]]:
    """Return the class of each node, and the statements of each class.

    *parents* are those of the nodes, a parent before its children and -1 above the
    first; *tops* are the nodes at which each statement starts.  Statements are numbers
    by their place in *tops*.  Class 0 has none.

    >>> note_classes([-1, 0, 0, 2], [[0], [2]])
    ([1, 1, 2, 2], [frozenset(), frozenset({0}), frozenset({0, 1})])
    """
    starting: dict[int, list[int]] = {}
    for number, nodes in enumerate(tops):
        for node in nodes:
            starting.setdefault(node, []).append(number)
    known: dict[frozenset[int], int] = {frozenset(): 0}
    members = [frozenset[int]()]
    classes: list[int] = []
    for node, parent in enumerate(parents):
        own = classes[parent] if parent >= 0 else 0
        if node in starting:
            numbers = members[own].union(starting[node])
            own = known.setdefault(numbers, len(members))
            if own == len(members):
                members.append(numbers)
        classes.append(own)
    return classes, members
