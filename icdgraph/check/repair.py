"""What is wrong with a text that is not a code of the release, and what to use instead.

    S0001A     S00.01XA   the placeholder is missing
    T36.01XA   T36.0X1A   it stands in the wrong place
    S39.012Q   S39.012A, S39.012D, S39.012S   another 7th character is needed
    M54.50A    M54.50     the code takes no 7th character
    S00.01X    S00.01XA, ...   the 7th character is missing

Codes that differ only in their placeholders X are found by their other characters.
Only codes of the release are proposed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from icdgraph.codes import LONGEST, compact, dot

if TYPE_CHECKING:
    from icdgraph.graph import Graph, Node

PROPOSED = 8
"""The most codes that are proposed for one."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong: the *rule* broken, the code it stems from, and codes to use."""

    rule: str
    stem: str
    proposals: tuple[str, ...]


class Repair:
    """Diagnoses texts that are not codes of *graph*.

    >>> from icdgraph.toy import toy
    >>> Repair(toy().core).diagnose("s39012 Q").proposals
    ('S39.012A', 'S39.012D', 'S39.012S')
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def diagnose(self, text: str) -> Diagnosis:
        """Return what is wrong with *text*, which is not a code of the graph."""
        diagnosis = self.classified(text)
        if diagnosis.rule != "E101" or not text.strip():
            return diagnosis
        short = bare(text)
        shown = dot(short) if len(short) <= LONGEST else short[: LONGEST + 1]
        return Diagnosis("E101", "", tuple(self._graph.nearest(shown)))

    def classified(self, text: str) -> Diagnosis:
        """Return the same, but without the nearest codes to an unknown one."""
        code = bare(text)
        same = self._by_core.get(_core(code), []) if len(code) > 3 else []
        if same:
            return Diagnosis("E105", "", tuple(same[:PROPOSED]))
        for end in range(min(len(code), LONGEST + 1) - 1, 2, -1):
            node = self._graph.get(dot(code[:end])) if code[:end].isascii() else None
            diagnosis = node and self._ending(node, code[end:])
            if diagnosis:
                return diagnosis
        return Diagnosis("E101", "", ())

    def _ending(self, node: Node, rest: str) -> Diagnosis | None:
        """Return what is wrong with *rest* after the code of *node*."""
        ending = rest.strip("X")
        made = [child.code for child in node.children if child.made_by]
        if made and not ending:
            return Diagnosis("E103", node.code, tuple(made))
        if made and len(ending) == 1:
            return Diagnosis("E104", node.code, tuple(made))
        # A letter is a 7th character out of place; a digit may be any misspelling.
        is_complete = node.is_billable and not node.made_by
        if is_complete and len(ending) <= 1 and rest.isalpha():
            return Diagnosis("E104", node.code, (node.code,))
        return None

    @cached_property
    def _by_core(self) -> dict[str, list[str]]:
        by_core: dict[str, list[str]] = {}
        for leaf in self._graph.leaves:
            code = self._graph.codes[leaf]
            if "X" in code[1:]:
                by_core.setdefault(_core(compact(code)), []).append(code)
        return by_core


def bare(text: str) -> str:
    """Return *text* in capitals without its dot and its spaces."""
    return compact("".join(text.split())).upper()


def _core(code: str) -> str:
    """Return the characters of a code without its placeholders."""
    return code[:1] + code[1:].replace("X", "")
