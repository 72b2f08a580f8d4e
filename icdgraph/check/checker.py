"""The check of one encounter: texts to nodes, rules to hits, hits to findings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from icdgraph.check.encounter import Encounter
from icdgraph.check.explain import Explainer
from icdgraph.check.findings import Findings
from icdgraph.check.guidelines import days
from icdgraph.check.order import Order, order
from icdgraph.check.repair import Repair
from icdgraph.check.rule_index import Facts
from icdgraph.check.rules import Rule, chosen, rules
from icdgraph.errors import ParseError
from icdgraph.model import LINKING, NoteKind, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.check.finding import Finding
    from icdgraph.graph import Graph, Node, Note

SETTINGS = ("inpatient", "outpatient")
"""The settings that the Guidelines tell apart (sections II and III, section IV)."""


@dataclass(frozen=True, slots=True)
class Companions:
    """What the notes say of a code and others: tuples of notes, by what they ask.

    *apart* are Excludes1 notes, *may* Excludes2, *before* and *after* what is listed
    before and after the code, *beside* code also.  Notes that speak for the code come
    first, then those of other codes that name it.
    """

    apart: tuple[Note, ...]
    may: tuple[Note, ...]
    before: tuple[Note, ...]
    after: tuple[Note, ...]
    beside: tuple[Note, ...]


def checker_of(graph: Graph) -> Checker:
    """Return the checker of *graph*, made once in a process."""
    if "checker" not in graph.memo:
        graph.memo["checker"] = Checker(graph)
    checker: Checker = graph.memo["checker"]
    return checker


class Checker:
    """Checks encounters against one graph; made once, used as often as one likes.

    >>> from icdgraph.toy import toy
    >>> [finding.rule for finding in Checker(toy().core).check(["M54.50", "F45.41"])]
    ['E201']
    """

    def __init__(self, graph: Graph, facts: Facts | None = None) -> None:
        self.graph = graph
        self.facts = facts or Facts(graph)
        self.explainer = Explainer(self.facts)

    def __reduce__(self) -> tuple[type[Checker], tuple[Graph, Facts]]:
        """Return what is pickled: all but what remembers answers."""
        return Checker, (self.graph, self.facts)

    @cached_property
    def repair(self) -> Repair:
        """What tells what is wrong with texts that are no codes."""
        return Repair(self.graph)

    def check(
        self,
        codes: Iterable[str],
        *,
        principal: str | None = None,
        setting: str | None = None,
        age: str | float | None = None,
        rules: Iterable[str] | None = None,
        words: bool = False,
    ) -> Findings:
        """Return what is wrong with *codes*, and what their notes advise.

        The first code is the first-listed one, or *principal* where it is given.
        *setting* is ``inpatient`` or ``outpatient``, *age* in years or as ``8d``;
        *rules* narrows them to ids or starts of ids, *words* adds the notes that name
        no code.  Codes that do not exist are findings.  Raises `ParseError` for a
        setting, age or rule that is none.
        """
        texts = _texts(codes, principal)
        wanted = chosen(rules)
        found: list[Finding] = []
        nodes = list(self._nodes(texts, wanted, found))
        encounter = _encounter(nodes, setting, age)
        explain, facts = self.explainer.explain, self.facts
        for rule in wanted.values():
            for hit in rule.find(facts, encounter):
                found += explain(rule, hit, encounter.setting)
        if words or (rules is not None and "A901" in wanted):
            found += self._in_words(encounter.nodes)
        names = facts.graph.codes
        told = [names[n] if n >= 0 else t for n, t in zip(nodes, texts, strict=True)]
        return Findings(told, found)

    def _nodes(
        self, texts: list[str], wanted: dict[str, Rule], found: list[Finding]
    ) -> Iterator[int]:
        """Yield the node number of each text, -1 with a finding where there is none."""
        for text in texts:
            node = self.graph.get(text)
            if node is None:
                diagnosis = self.repair.diagnose(text)
                if diagnosis.rule in wanted:
                    rule = wanted[diagnosis.rule]
                    found.append(self.explainer.unreadable(rule, text, diagnosis))
            yield -1 if node is None else node.number

    def _in_words(self, nodes: list[int]) -> Iterator[Finding]:
        rule = rules()["A901"]
        for number in nodes:
            if number >= 0:
                node = self.graph.node(number)
                for note in self.in_words(node):
                    yield self.explainer.in_words(rule, node, note)

    def in_words(self, node: Node) -> list[Note]:
        """Return the notes for *node* that no check decides: they name no code.

        The line that heads a list is read with the list.
        """
        return [
            note
            for note in node.applicable_notes(*LINKING)
            if note.state in (State.TEXT, State.QUALIFIED)
            and not note.text.rstrip().endswith(":")
        ]

    def order(self, codes: Iterable[str]) -> Order:
        """Return a legal order of *codes*, as near to the given one as can be.

        Raises `UnknownCode`, `ParseError`.
        """
        return order(self.facts, [self.graph[code].number for code in codes])

    def companions(self, code: str) -> Companions:
        """Return what the notes say of *code* and others.  Raises `UnknownCode`."""
        node = self.graph[code]
        speaking, naming = node.applicable_notes(*LINKING), node.pointed_at_by

        def of(said: NoteKind, named: NoteKind) -> tuple[Note, ...]:
            return tuple(
                [n for n in speaking if n.kind == said]
                + [n for n in naming if n.kind == named]
            )

        use, first = NoteKind.USE_ADDITIONAL_CODE, NoteKind.CODE_FIRST
        return Companions(
            of(NoteKind.EXCLUDES1, NoteKind.EXCLUDES1),
            of(NoteKind.EXCLUDES2, NoteKind.EXCLUDES2),
            of(first, use),
            of(use, first),
            of(NoteKind.CODE_ALSO, NoteKind.CODE_ALSO),
        )


def _texts(codes: Iterable[str], principal: str | None) -> list[str]:
    """Return the codes, *principal* put first and, if it is among them, not twice."""
    if isinstance(codes, str):
        raise ParseError(
            f"{codes!r} is one text; a list of codes would be right, as in ['M54.50']"
        )
    texts = [str(code) for code in codes]
    if principal is None:
        return texts
    bare = "".join(principal.split()).replace(".", "").upper()
    for i, text in enumerate(texts):
        if "".join(text.split()).replace(".", "").upper() == bare:
            return [text, *texts[:i], *texts[i + 1 :]]
    return [principal, *texts]


def _encounter(
    nodes: list[int], setting: str | None, age: str | float | None
) -> Encounter:
    if setting and setting not in SETTINGS:
        raise ParseError(
            f"{setting!r} is not a setting; {' or '.join(SETTINGS)} would be right"
        )
    seen: set[int] = set()
    distinct: list[int] = []
    repeated: list[int] = []
    for node in nodes:
        if node >= 0 and node in seen:
            repeated.append(node)
            distinct.append(-1)
        else:
            seen.add(node)
            distinct.append(node)
    known_age = None if age is None else days(age)
    return Encounter(distinct, repeated, setting or "", known_age)
