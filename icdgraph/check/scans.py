"""The conditions of rules in many encounters at a time.

Each kind of condition has a function that looks for it in whole columns, and finds the
same hits as its method ``find`` in one encounter.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

import numpy as np

from icdgraph.check.batch import Hits, Rows
from icdgraph.check.conditions import (
    Condition,
    InColumn,
    InWords,
    Linked,
    NotFirst,
    OtherAge,
    OutranksFirst,
    Repeated,
    SameGroup,
    Unmet,
)
from icdgraph.check.encounter import SETTINGS
from icdgraph.check.rule_arrays import Ragged

if TYPE_CHECKING:
    from icdgraph.check.rule_arrays import RuleArrays


@singledispatch
def scan(condition: Condition, arrays: RuleArrays, rows: Rows) -> Hits:
    """Return the hits of *condition* in *rows*."""
    raise TypeError(f"no scan for {condition!r}")


@scan.register(Repeated)
def _repeated(condition: Repeated, arrays: RuleArrays, rows: Rows) -> Hits:
    return Hits.of(np.flatnonzero(rows.is_repeat))


@scan.register(InColumn)
def _in_column(condition: InColumn, arrays: RuleArrays, rows: Rows) -> Hits:
    numbers = rows.values(arrays.columns[condition.column])
    hit = numbers == condition.value if condition.value else numbers > 0
    if condition.place == "first":
        hit &= rows.is_first
    if condition.setting:
        setting = 0 if rows.setting is None else rows.setting
        hit &= setting == SETTINGS[condition.setting]
    if condition.beside:
        beside = rows.values(arrays.columns[condition.beside])
        hit &= rows.anywhere(beside > 0)
    return Hits.of(np.flatnonzero(hit))


@scan.register(NotFirst)
def _not_first(condition: NotFirst, arrays: RuleArrays, rows: Rows) -> Hits:
    numbers = rows.values(arrays.columns[condition.column])
    first = numbers[rows.start]
    excused = (numbers == first) & np.isin(first, arrays.sharing)
    return Hits.of(np.flatnonzero((numbers > 0) & ~rows.is_first & ~excused))


@scan.register(OutranksFirst)
def _outranks_first(condition: OutranksFirst, arrays: RuleArrays, rows: Rows) -> Hits:
    numbers = rows.values(arrays.columns[condition.column])
    first = rows.start
    hit = (numbers > 0) & (numbers[first] == 0) & (rows.distinct[first] >= 0)
    kept = np.flatnonzero(hit)
    _, once = np.unique(rows.encounter[kept], return_index=True)
    return Hits(kept[once], first[kept[once]])


@scan.register(OtherAge)
def _other_age(condition: OtherAge, arrays: RuleArrays, rows: Rows) -> Hits:
    if rows.days is None:
        return Hits.joined([])
    entry = rows.values(arrays.columns[condition.column])
    outside = (rows.days < arrays.low[entry]) | (rows.days >= arrays.high[entry])
    return Hits.of(np.flatnonzero((entry > 0) & outside))


@scan.register(SameGroup)
def _same_group(condition: SameGroup, arrays: RuleArrays, rows: Rows) -> Hits:
    numbers = rows.values(arrays.columns[condition.column])
    marks = rows.values(arrays.marks[condition.column])
    kept = np.flatnonzero(numbers)
    parts = []
    for early, late in Rows(rows.encounter[kept], rows.node[kept]).pairs():
        a, b = kept[early], kept[late]
        hit = (numbers[a] == numbers[b]) & (marks[a] != marks[b])
        parts.append((a[hit], b[hit]))
    return Hits.joined(parts)


@scan.register(Linked)
def _linked(condition: Linked, arrays: RuleArrays, rows: Rows) -> Hits:
    links = rows.links(arrays, condition.statements)
    hit = links.bits & condition.bits > 0
    if condition.order in ("before", "after"):
        hit &= (links.a < links.b) == (condition.order == "before")
    a, b = links.a[hit], links.b[hit]
    if not (condition.order or condition.unless) or not len(a):
        return Hits(a, b)
    # Few pairs of codes are left: the test of `Linked`, once for each.
    keys = np.stack([rows.node[a], rows.node[b], a < b], axis=1)
    pairs, place = np.unique(keys, axis=0, return_inverse=True)
    index = arrays.index
    kept = [condition.is_hit(index, x, y, bool(z)) for x, y, z in pairs.tolist()]
    chosen = np.array(kept)[place.reshape(-1)]
    return Hits(a[chosen], b[chosen])


@scan.register(Unmet)
def _unmet(condition: Unmet, arrays: RuleArrays, rows: Rows) -> Hits:
    node = rows.distinct
    owner = np.where(node >= 0, arrays.notes.owner_class[node], 0)
    target = np.where(node >= 0, arrays.notes.target_class[node], 0)
    if condition.place != "any":
        owner = np.where(rows.is_first == (condition.place == "first"), owner, 0)
    row, requirement = arrays.required(condition.bits).expand(owner)
    met = np.zeros(len(row), dtype=bool)
    waiting = np.arange(len(row))
    step = 0
    while len(waiting):
        other = rows.start[row[waiting]] + step
        inside = other < rows.end[row[waiting]]
        waiting, other = waiting[inside], other[inside]
        meets = arrays.met[requirement[waiting], target[other]]
        met[waiting] |= meets & (other != row[waiting])
        step += 1
    return Hits(row[~met], requirement[~met])


@scan.register(InWords)
def _in_words(condition: InWords, arrays: RuleArrays, rows: Rows) -> Hits:
    known = np.flatnonzero(rows.distinct >= 0)
    nodes, at = np.unique(rows.distinct[known], return_inverse=True)
    notes = Ragged([arrays.index.in_words[node] for node in nodes.tolist()])
    place, note = notes.expand(at)
    return Hits(known[place], note)
