"""The texts of a table as numbers: each different text is looked up once.

    M5450, m54.50   the node number of M54.50
    M54.5O          -1: the first text that is not a code of the release
    S0001A          -2: the second, and so on

Known and unknown codes are one column of numbers this way, small and quick to sort.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.statements import Memo
from icdgraph.codes import compact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from icdgraph.check.repair import Repair
    from icdgraph.graph import Graph


class CodeLookup:
    """The texts looked up so far.

    *texts* are those that are not codes, and *rules* the rule that each of them breaks.

    >>> from icdgraph.check.repair import Repair
    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> lookup = CodeLookup(graph, Repair(graph))
    >>> lookup.number("m5450") == graph.number_of("M54.50"), lookup.number(" zz ")
    (True, -1)
    >>> lookup.texts, lookup.rules
    (['zz'], ['E101'])
    """

    def __init__(self, graph: Graph, repair: Repair) -> None:
        self._graph = graph
        self._repair = repair
        self._known = Memo[str, int](self._looked_up)
        # Claims have codes without their dot: known at once, not looked up one by one.
        self._known.update((compact(code), graph.number_of(code)) for code in graph)
        self.texts: list[str] = []
        self.rules: list[str] = []

    def number(self, text: str) -> int:
        """Return the node number of *text*, or a negative number for it alone."""
        return self._known[text]

    def _looked_up(self, text: str) -> int:
        node = self._graph.get(text)
        if node is not None:
            return int(node.number)
        self.rules.append(self._repair.classified(text).rule)
        self.texts.append(text.strip())
        return -len(self.texts)

    def numbers(self, column: Any) -> NDArray[np.int32]:
        """Return the numbers of *column*, an Arrow dictionary without nulls."""
        import pyarrow as pa

        at = column.indices.to_numpy()
        of_text = np.zeros(len(column.dictionary), dtype=np.int32)
        # A dictionary may have texts that no row has: those are not looked up.
        is_used = np.zeros(len(of_text), dtype=bool)
        is_used[at] = True
        texts = column.dictionary.filter(pa.array(is_used))
        # Ten times as fast as to_pylist.
        texts = texts.to_numpy(zero_copy_only=False).tolist()
        of_text[is_used] = [self._known[text] for text in texts]
        numbers: NDArray[np.int32] = of_text[at]
        return numbers
