"""Groups of billable codes that have the same Excludes1 conflicts.

Two codes conflict if an Excludes1 note applies to one of them and names the other
(Official Guidelines I.A.12.a).  Billable codes under the same notes, as owner and as
target, behave alike, so the pairs of their groups stand for all pairs of codes:

    M54.50, M54.59      under notes that name F45.41       group 2,686
    F45.41              named by the note at M54           group 1,364
    1,364 -- 2,686      F45.41 with M54.50, F45.41 with M54.59

The release of April 2026 has 5,057 groups, and 53,609 pairs of them stand for
15,090,851 pairs of codes.  No group conflicts with itself: a code that a note excludes
from itself, by an error in the source, is a group of its own (D72.824 and M27.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from icdgraph.coding.note_classes import note_classes
from icdgraph.model import NoteKind, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icdgraph.graph import Graph


@dataclass(frozen=True, slots=True)
class ConflictGroups:
    """The conflict groups of a release, by number, in the order of their first codes.

    *members* are the codes of each group, by number of the node in book order;
    *group_of* the group of each billable code.  *pairs* are the groups that conflict,
    the lower one first, with True where every note behind the pair is qualified: a
    condition in words is then narrower than the codes.
    """

    members: list[list[int]]
    group_of: dict[int, int]
    pairs: Mapping[tuple[int, int], bool]


def conflict_groups(graph: Graph) -> ConflictGroups:
    """Return the conflict groups of *graph*, found once and kept with it.

    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> groups = conflict_groups(graph)
    >>> for pair in groups.pairs:
    ...     print(*([graph.codes[n] for n in groups.members[g]] for g in pair))
    ['F45.41'] ['M54.2']
    ['F45.41'] ['M54.41', 'M54.42']
    ['F45.41'] ['M54.50', 'M54.59']
    ['M51.26', 'M51.27'] ['M54.50', 'M54.59']
    ['M54.41', 'M54.42'] ['M54.50', 'M54.59']
    ['M54.50', 'M54.59'] ['S39.012A', 'S39.012D', 'S39.012S']
    """
    groups: ConflictGroups = graph.memo.get("conflict groups") or _groups(graph)
    graph.memo["conflict groups"] = groups
    return groups


def _groups(graph: Graph) -> ConflictGroups:
    notes = [n for n in graph.note_numbers(NoteKind.EXCLUDES1) if graph.targets_of(n)]
    parents = graph.tree.parents
    owner_class, applying = note_classes(parents, map(graph.speakers_of, notes))
    target_class, naming = note_classes(parents, map(graph.targets_of, notes))
    by_classes: dict[tuple[int, int, int], list[int]] = {}
    for leaf in graph.leaves:
        owner, target = owner_class[leaf], target_class[leaf]
        alone = leaf if applying[owner] & naming[target] else -1
        by_classes.setdefault((owner, target, alone), []).append(leaf)
    owners: list[list[int]] = [[] for _ in notes]
    targets: list[list[int]] = [[] for _ in notes]
    for group, (owner, target, _) in enumerate(by_classes):
        for number in applying[owner]:
            owners[number].append(group)
        for number in naming[target]:
            targets[number].append(group)
    pairs: dict[tuple[int, int], bool] = {}
    for number, note in enumerate(notes):
        is_qualified = graph.state_of(note) is State.QUALIFIED
        for owner in owners[number]:
            for target in targets[number]:
                if owner != target:
                    pair = min(owner, target), max(owner, target)
                    pairs[pair] = is_qualified and pairs.get(pair, True)
    members = list(by_classes.values())
    group_of = {leaf: group for group, codes in enumerate(members) for leaf in codes}
    return ConflictGroups(members, group_of, dict(sorted(pairs.items())))
