"""Excludes1 conflicts as a network: its nodes are groups of codes that conflict alike.

    conflictGroup/1365 ──────────── conflictGroup/2687
    F45.41                          M54.50, M54.59

Every billable code is in one group (`icdgraph.coding.conflict_groups`), and RDF has the
groups by the same names.  An edge stands for every pair of a code of the one group and
a code of the other; it has no direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.coding.conflict_groups import conflict_groups
from icdgraph.network.attributes import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icdgraph.graph import Graph, Node
    from icdgraph.network.attributes import Attributes

NODE_FIELDS: dict[str, type] = {"codes": tuple, "size": int, "label": str}
"""The attributes of a group: its billable codes in book order, how many they are, and
its first codes with the title of the lowest node that is above them all."""

EDGE_FIELDS: dict[str, type] = {"qualified": bool, "pairs": int}
"""The attributes of an edge: whether it rests on qualified notes alone, whose condition
in words is narrower than the codes, and how many pairs of codes it stands for."""

SHOWN = 3
"""Codes in a label."""


def network(
    graph: Graph, under: str | Node | None = None
) -> tuple[
    list[tuple[str, Attributes]], list[tuple[str, str, Attributes]], dict[str, str]
]:
    """Return the conflict groups of *graph*, their conflicts, and the group by code.

    With *under*, the groups are those with a code at or below that node, and those that
    conflict with them, which have the attribute ``inside`` False.

    >>> from icdgraph.toy import toy
    >>> groups, pairs, group_of = network(toy().core, under="M54.4")
    >>> [name for name, group in groups if group["inside"]], group_of["M54.41"]
    (['conflictGroup/5'], 'conflictGroup/5')
    >>> [group["label"] for name, group in groups][1:]
    ['M54.41, M54.42 (Lumbago with sciatica)', 'M54.50, M54.59 (Low back pain)']
    >>> pairs[1]
    ('conflictGroup/5', 'conflictGroup/6', {'qualified': False, 'pairs': 4})
    """
    found = conflict_groups(graph)
    everywhere = under is None
    top = 0 if under is None else graph.number_of(under)
    inside = {
        group
        for leaf, group in found.group_of.items()
        if everywhere or graph.tree.subsumes(top, leaf)
    }
    pairs = [pair for pair in found.pairs if not inside.isdisjoint(pair)]
    kept = inside.union(*pairs)
    groups = []
    for group in sorted(kept):
        members = found.members[group]
        attributes: Attributes = {
            "codes": tuple(graph.codes[number] for number in members),
            "size": len(members),
            "label": _label(graph, members),
        }
        if not everywhere:
            attributes["inside"] = group in inside
        groups.append((_name(group), attributes))
    edges = []
    for one, other in pairs:
        count = len(found.members[one]) * len(found.members[other])
        attributes = {"qualified": found.pairs[one, other], "pairs": count}
        edges.append((_name(one), _name(other), attributes))
    group_of = {
        graph.codes[leaf]: _name(group)
        for leaf, group in found.group_of.items()
        if group in kept
    }
    return groups, edges, group_of


def _name(group: int) -> str:
    return f"conflictGroup/{group + 1}"


def _label(graph: Graph, members: Sequence[int]) -> str:
    codes = [graph.codes[number] for number in members[:SHOWN]]
    if len(members) > SHOWN:
        codes[-1] = "..."
    # In book order, what is above the first and the last is above all.
    above = graph.tree.lca(members[0], members[-1])
    return f"{', '.join(codes)} ({graph.titles[above] if above >= 0 else ROOT})"
