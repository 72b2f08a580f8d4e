"""The rule index as numpy arrays, for the check of many encounters at a time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from icdgraph.check.conditions import Condition, Unmet
from icdgraph.check.guidelines import entries
from icdgraph.check.note_matrix import NoteMatrix
from icdgraph.check.ragged import Ragged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from icdgraph.check.rule_index import RuleIndex


def arrays_of(index: RuleIndex) -> RuleArrays:
    """Return the arrays of *index*, made once in a process."""
    memo = index.graph.memo
    if "arrays" not in memo:
        memo["arrays"] = RuleArrays(index)
    arrays: RuleArrays = memo["arrays"]
    return arrays


class RuleArrays:
    """The columns, matrices and requirements of one rule index, as arrays.

    What threads share is made by `prepare`, before they start.
    """

    def __init__(self, index: RuleIndex) -> None:
        self.index = index
        self.columns = {name: np.asarray(c) for name, c in index.columns.items()}
        self.marks = {name: _array(mark) for name, mark in index.marks.items()}
        self.notes = NoteMatrix(index.notes)
        self.sections = NoteMatrix(index.sections)
        self.matrices = {"notes": self.notes, "sections": self.sections}
        self.sharing = np.array(sorted(index.sharing), dtype=np.int64)
        # Entry 0 is no entry.
        self.low = np.array([0.0, *(entry.low for entry in entries())])
        self.high = np.array([0.0, *(entry.high for entry in entries())])
        self._required: dict[int, Ragged] = {}

    def prepare(self, bits: int, conditions: Iterable[Condition]) -> None:
        """Make what *conditions* will ask for, and lists of statements of *bits*."""
        for matrix in self.matrices.values():
            matrix.cells_of(bits)
            matrix.lists(bits)
        for condition in conditions:
            if isinstance(condition, Unmet):
                self.required(condition.bits)
                assert self.met.size >= 0

    def required(self, bits: int) -> Ragged:
        """Return the requirements of kinds *bits* of codes of each owner class."""
        if bits not in self._required:
            classes = range(self.index.notes.applying.count)
            self._required[bits] = Ragged([self.index.asked[c, bits] for c in classes])
        return self._required[bits]

    @cached_property
    def met(self) -> NDArray[np.bool_]:
        """Whether each requirement (row) is met by codes of a target class (column)."""
        classes = self.index.notes.naming.count
        table = np.zeros((len(self.index.kind_required), classes), dtype=bool)
        for target_class in range(classes):
            table[list(self.index.met_by[target_class]), target_class] = True
        return table


def _array(mark: Sequence[int]) -> NDArray[np.integer]:
    is_range = isinstance(mark, range)
    return np.array(mark) if is_range else np.frombuffer(mark, np.uint8)  # type: ignore[call-overload]
