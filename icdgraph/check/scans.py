"""The conditions of rules in many encounters at a time.

Each kind of condition has a function that looks for it in whole columns, and finds the
same hits as its method ``find`` in one encounter.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

import numpy as np

from icdgraph.check.batch import Hits, Rows, recurring
from icdgraph.check.conditions import (
    Apart,
    Condition,
    InColumn,
    InWords,
    Misplaced,
    NotFirst,
    OtherPatient,
    OutranksFirst,
    Repeated,
    SameGroup,
    Unmet,
)
from icdgraph.check.encounter import SETTINGS
from icdgraph.check.indexing import ENTRY_BITS
from icdgraph.check.rule_arrays import Ragged
from icdgraph.check.statements import ANY_APART, OWNER_EARLIER, OWNER_LATER

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    row = rows.where_set(arrays, condition.column)
    if condition.value:
        numbers = arrays.columns[condition.column][rows.node[row]]
        row = row[numbers == condition.value]
    if condition.place == "first":
        row = row[rows.is_first[row]]
    if condition.setting:
        setting = 0 if rows.setting is None else rows.setting[row]
        row = row[np.equal(setting, SETTINGS[condition.setting])]
    if condition.beside:
        beside = rows.start[rows.where_set(arrays, condition.beside)]
        row = row[np.isin(rows.start[row], beside)]
    return Hits.of(_not_silenced(condition.column, row, arrays, rows))


def _not_silenced(
    column: str, row: NDArray[np.int64], arrays: RuleArrays, rows: Rows
) -> NDArray[np.int64]:
    """Return those of *row* whose entry in *column* is not silenced."""
    if column not in arrays.index.of_entries:
        return row
    entry = arrays.columns[column][rows.node[row]]
    silencer = arrays.silencer[entry].astype(np.int64) - 1
    return row[~rows.met(arrays, silencer, rows.start[row], rows.end[row])]


@scan.register(NotFirst)
def _not_first(condition: NotFirst, arrays: RuleArrays, rows: Rows) -> Hits:
    row = rows.where_set(arrays, condition.column)
    row = row[~rows.is_first[row]]
    numbers = arrays.columns[condition.column]
    first = numbers[rows.distinct[rows.start[row]]]
    is_excused = (numbers[rows.node[row]] == first) & np.isin(first, arrays.sharing)
    return Hits.of(_not_silenced(condition.column, row[~is_excused], arrays, rows))


@scan.register(OutranksFirst)
def _outranks_first(condition: OutranksFirst, arrays: RuleArrays, rows: Rows) -> Hits:
    row = rows.where_set(arrays, condition.column)
    first = rows.distinct[rows.start[row]]
    numbers = arrays.columns[condition.column]
    hit = (first >= 0) & (numbers[rows.node[row]] > numbers[first])
    hit &= (numbers[first] > 0) == condition.among
    row = _not_silenced(condition.column, row[hit], arrays, rows)
    start, once = np.unique(rows.start[row], return_index=True)
    return Hits(start, row[once])


@scan.register(OtherPatient)
def _other_patient(condition: OtherPatient, arrays: RuleArrays, rows: Rows) -> Hits:
    row = rows.where_set(arrays, condition.column)
    entry = arrays.columns[condition.column][rows.node[row]]
    hit = np.zeros(len(row), dtype=bool)
    if rows.days is not None:
        # Comparisons with NaN, an unknown age, are false.
        days = rows.days[row]
        hit |= (days < arrays.low[entry]) | (days >= arrays.high[entry])
    if rows.sex is not None:
        sex = arrays.sex[entry]
        hit |= (sex > 0) & (rows.sex[row] > 0) & (sex != rows.sex[row])
    return Hits.of(row[hit])


@scan.register(SameGroup)
def _same_group(condition: SameGroup, arrays: RuleArrays, rows: Rows) -> Hits:
    kept = rows.where_set(arrays, condition.column)
    numbers = arrays.columns[condition.column]
    kept = kept[recurring(rows.encounter[kept], numbers[rows.node[kept]])]
    nodes = rows.node[kept]
    numbers = numbers[nodes]
    marks = arrays.marks[condition.column][nodes]
    parts = []
    for early, late in Rows(rows.encounter[kept], nodes).pairs():
        hit = numbers[early] == numbers[late]
        hit &= marks[early] != marks[late]
        early, late = early[hit], late[hit]
        a, b = nodes[early], nodes[late]
        bits = arrays.matrix.bits(a, b) | arrays.matrix.bits(b, a)
        is_together = bits & ANY_APART == 0
        parts.append((kept[early[is_together]], kept[late[is_together]]))
    return Hits.joined(parts)


@scan.register(Apart)
def _apart(condition: Apart, arrays: RuleArrays, rows: Rows) -> Hits:
    links, bit = rows.links(arrays), condition.bit
    # The lowest of the bits decides: those up to *bit* are *bit* alone.
    hit = (links.there | links.back) & (2 * bit - 1) == bit
    early, late = links.early[hit], links.late[hit]
    if bit not in ENTRY_BITS.values():
        return Hits(early, late)
    nodes = rows.node[early], rows.node[late]
    place, statement = arrays.matrix.between(*nodes, bit, bit)
    source = arrays.matrix.sources[statement]
    silencer = arrays.silencer[source - arrays.index.graph.note_count]
    low, high = rows.start[early[place]], rows.end[early[place]]
    is_silent = rows.met(arrays, silencer.astype(np.int64) - 1, low, high)
    first = np.full(len(early), np.iinfo(np.int64).max)
    np.minimum.at(first, place, source)
    kept = np.unique(place[~is_silent])
    return _facts(Hits(early[kept], late[kept]), first[kept], len(rows.node))


def _facts(hits: Hits, entry: NDArray[np.int64], size: int) -> Hits:
    """Return *hits* without those of which an entry has said the same of a code.

    *entry* is that of each hit, *size* the number of rows.
    """
    early, late = hits
    # A fact is an entry and a row: of the hits that state one, the first is kept.
    facts = np.stack([early, late], axis=1) + (entry * size)[:, np.newaxis]
    _, first, fact = np.unique(facts.ravel(), return_index=True, return_inverse=True)
    is_new = (first[fact] // 2).reshape(-1, 2) == np.arange(len(early))[:, np.newaxis]
    kept = is_new.all(axis=1)
    return Hits(early[kept], late[kept])


@scan.register(Misplaced)
def _misplaced(condition: Misplaced, arrays: RuleArrays, rows: Rows) -> Hits:
    early, late, there, back = rows.links(arrays)
    bits = condition.bits
    hit = (there & bits & OWNER_LATER) | (back & bits & OWNER_EARLIER) > 0
    early, late, there, back = early[hit], late[hit], there[hit], back[hit]
    manifestation = arrays.columns["manifestation"][rows.node[early]]
    is_leading = rows.is_first[early] | (manifestation > 0)
    early_first = (there & OWNER_EARLIER) | (back & OWNER_LATER)
    late_first = (there & OWNER_LATER) | (back & OWNER_EARLIER)
    hit = is_leading == (condition.place == "leading")
    hit &= ((there | back) & ANY_APART == 0) & ((early_first == 0) | (late_first == 0))
    early, late = early[hit], late[hit]
    is_open = np.zeros(len(early), dtype=bool)
    for a, b, kinds in ((early, late, OWNER_LATER), (late, early, OWNER_EARLIER)):
        place, statement = arrays.matrix.linking(
            rows.node[a], rows.node[b], bits & kinds
        )
        requirement = arrays.requirement[statement].astype(np.int64) - 1
        owner = a[place]
        low, high = (
            (rows.start[owner], owner)
            if kinds == OWNER_LATER
            else (owner + 1, rows.end[owner])
        )
        is_open[place[~rows.met(arrays, requirement, low, high)]] = True
    return Hits(early[is_open], late[is_open])


@scan.register(Unmet)
def _unmet(condition: Unmet, arrays: RuleArrays, rows: Rows) -> Hits:
    owner = rows.values(arrays, "owner_class")
    asking = np.flatnonzero(arrays.kinds_asked[owner] & condition.bits > 0)
    if condition.place != "any":
        asking = asking[rows.is_first[asking] == (condition.place == "first")]
    place, requirement = arrays.asked_by.expand(owner[asking])
    is_kind = arrays.kind_required[requirement] & condition.bits > 0
    row, requirement = asking[place[is_kind]], requirement[is_kind]
    met = rows.met(arrays, requirement, rows.start[row], row)
    if not condition.before:
        met |= rows.met(arrays, requirement, row + 1, rows.end[row])
    row, requirement = row[~met], requirement[~met]
    if condition.once and len(row):
        asked = np.stack([rows.start[row], requirement], axis=1)
        _, first = np.unique(asked, axis=0, return_index=True)
        once = np.sort(first)
        row, requirement = row[once], requirement[once]
    return Hits(row, requirement)


@scan.register(InWords)
def _in_words(condition: InWords, arrays: RuleArrays, rows: Rows) -> Hits:
    known = np.flatnonzero(rows.distinct >= 0)
    nodes, at = np.unique(rows.distinct[known], return_inverse=True)
    notes = Ragged.of([arrays.index.in_words[node] for node in nodes.tolist()])
    place, note = notes.expand(at)
    return Hits(known[place], note)
