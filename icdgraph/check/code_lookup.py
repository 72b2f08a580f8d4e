"""The texts of a table as numbers: each distinct one looked up once.

    M5450, m54.50   the node number of M54.50
    M54.5O          -1: the first text that is no code of the release
    S0001A          -2: the second, and so on

Known and unknown codes are one column of numbers this way, small and quick to sort.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from icdgraph.check.repair import Repair
    from icdgraph.graph import Graph


class Vocabulary:
    """The texts met so far; *texts* are those that are no codes.

    *rules* are the rules that those break, one each.

    >>> from icdgraph.check.repair import Repair
    >>> from icdgraph.toy import toy
    >>> found = Vocabulary(toy().core, Repair(toy().core))
    >>> found.number("m5450") == toy().core["M54.50"].number, found.number(" zz ")
    (True, -1)
    >>> found.texts, found.rules
    (['zz'], ['E101'])
    """

    def __init__(self, graph: Graph, repair: Repair) -> None:
        self._graph = graph
        self._repair = repair
        self._known: dict[str | None, int] = {None: 0}
        self.texts: list[str] = []
        self.rules: list[str] = []

    def number(self, text: str) -> int:
        """Return the node number of *text*, or a number below 0 of its own."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._found(text)
        return found

    def _found(self, text: str) -> int:
        node = self._graph.get(text)
        if node is not None:
            return int(node.number)
        self.rules.append(self._repair.classified(text).rule)
        self.texts.append(text.strip())
        return -len(self.texts)

    def numbers(self, column: Any) -> NDArray[np.int32]:
        """Return the numbers of *column*, an Arrow dictionary without nulls."""
        known = self._known
        texts = column.dictionary.to_pylist()
        # A dictionary may hold texts that no row has: those are not looked up.
        used = np.zeros(len(texts), dtype=bool)
        at = column.indices.to_numpy()
        used[at] = True
        found = np.zeros(len(texts), dtype=np.int32)
        for i in np.flatnonzero(used).tolist():
            text = texts[i]
            number = known.get(text)
            found[i] = self.number(text) if number is None else number
        numbers: NDArray[np.int32] = found[at]
        return numbers
