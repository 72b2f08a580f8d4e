"""What a network has, for whoever writes it or makes a graph of another library.

A `Content` is made of the options that all of them take:

    relations    names of `Relation`: nodes are codes, see `selection` and `attributes`
                 ``conflicts``: nodes are groups of codes, see `conflicts`
    under        a part of the classification
    inherited    notes repeated at each node that they apply to
    isolated     nodes without an edge as well
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from icdgraph.errors import IcdGraphError
from icdgraph.network import attributes, conflicts
from icdgraph.network.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from icdgraph.graph import Graph, Node
    from icdgraph.network.attributes import Attributes

CONFLICTS = "conflicts"

MOST = 2_000_000
"""The limit of inherited edges in memory; this many take a gigabyte."""


@dataclass(frozen=True, slots=True)
class Content:
    """The nodes and edges of a network with their attributes, and those of the whole.

    *node_fields* and *edge_fields* are the attributes that there can be, with their
    types; *lookups* are further attributes of the whole, too large for a file.  A node
    is a name and its attributes; an edge is a source, a target and its attributes.  In
    a directed network two nodes may have several edges, each with another ``relation``.
    """

    about: Attributes
    lookups: dict[str, Any]
    is_directed: bool
    node_fields: dict[str, type]
    edge_fields: dict[str, type]
    nodes: Callable[[], Iterable[tuple[str, Attributes]]]
    edges: Callable[[], Iterable[tuple[str, str, Attributes]]]


def content(
    graph: Graph,
    relations: Iterable[str] | None = None,
    under: str | Node | None = None,
    inherited: bool = False,
    isolated: bool = False,
    in_memory: bool = False,
) -> Content:
    """Return the network of *graph* that the options describe.

    Raises `IcdGraphError` for an unknown relation, for options that exclude each other,
    and for more than `MOST` inherited edges if they are to be *in_memory*; and as
    `Graph.number_of` does.

    >>> from icdgraph.toy import toy
    >>> [name for name, _ in content(toy().core, ["excludes2"]).nodes()]
    ['G89', 'M54', 'M54.5']
    >>> [name for name, _ in content(toy().core, "conflicts").nodes()][-1]
    'conflictGroup/7'
    """
    names = [relations] if isinstance(relations, str) else relations
    names = None if names is None else list(names)
    if names is None or CONFLICTS not in names:
        selection = Selection(graph, names, under, inherited, isolated)
        if inherited and in_memory:
            _refuse_too_many(selection)
        return Content(
            attributes.about(graph),
            {},
            True,
            attributes.node_fields(selection),
            attributes.EDGE_FIELDS,
            partial(attributes.nodes, selection),
            partial(attributes.edges, selection),
        )
    if len(names) > 1:
        raise IcdGraphError(
            f"the relation {CONFLICTS!r} connects groups of codes and cannot be "
            "combined with other relations"
        )
    if inherited:
        raise IcdGraphError(
            f"inherited cannot be combined with the relation {CONFLICTS!r}, which "
            "always includes inherited notes"
        )
    groups, pairs, group_of = conflicts.network(graph, under)
    is_part = under is not None
    return Content(
        attributes.about(graph),
        {"group_of": group_of},
        False,
        conflicts.NODE_FIELDS | (attributes.PART_FIELDS if is_part else {}),
        conflicts.EDGE_FIELDS,
        lambda: groups,
        lambda: pairs,
    )


def _refuse_too_many(selection: Selection) -> None:
    if sum(1 for _ in islice(selection.edges(), MOST + 1)) > MOST:
        raise IcdGraphError(
            f"inherited=True makes more than {MOST:,} edges. Choose fewer relations, "
            "or a part of the classification with under"
        )
