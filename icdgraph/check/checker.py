"""The check of one encounter: texts to nodes, rules to hits, hits to findings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from icdgraph.check.conditions import Condition, signal_of
from icdgraph.check.encounter import SETTINGS, SEXES, Encounter
from icdgraph.check.explain import REMEMBERED, Explainer
from icdgraph.check.finding import Findings
from icdgraph.check.guidelines import days
from icdgraph.check.mce import day_of, mce_findings
from icdgraph.check.order import Order, order
from icdgraph.check.repair import Repair, bare
from icdgraph.check.rule_index import RuleIndex
from icdgraph.check.rules import IN_WORDS, Rule, chosen, once
from icdgraph.errors import ParseError
from icdgraph.model import LINKING, NoteKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from icdgraph.check.finding import Finding
    from icdgraph.graph import Graph, Note


@dataclass(frozen=True, slots=True)
class Companions:
    """What the notes state about a code together with others: notes, by what they ask.

    *apart* are Excludes1 notes, *may* Excludes2, *before* and *after* are about codes
    listed before and after the code, *beside* are code-also notes.  Notes that apply to
    the code come first, then notes of other codes that name it.
    """

    apart: tuple[Note, ...]
    may: tuple[Note, ...]
    before: tuple[Note, ...]
    after: tuple[Note, ...]
    beside: tuple[Note, ...]


def checker_of(graph: Graph) -> Checker:
    """Return the checker of *graph*, made once in a process."""
    if "checker" not in graph.memo:
        graph.memo["checker"] = Checker(RuleIndex(graph))
    checker: Checker = graph.memo["checker"]
    return checker


_Chosen = tuple[dict[str, Rule], list[tuple[Rule, Condition, int]]]
"""Rules that are selected, and each condition with the signals that it needs."""


class Checker:
    """Checks encounters against one graph; made once and used for many.

    >>> from icdgraph.toy import toy
    >>> checker = checker_of(toy().core)
    >>> [finding.rule for finding in checker.check(["M54.50", "F45.41"])]
    ['E201']
    """

    def __init__(self, index: RuleIndex) -> None:
        self.graph = index.graph
        self.index = index
        self.explainer = Explainer(index)
        self._known: dict[tuple[tuple[str, ...] | None, bool, bool], _Chosen] = {}
        self._node = lru_cache(maxsize=REMEMBERED)(self._looked_up)

    def __reduce__(self) -> tuple[type[Checker], tuple[RuleIndex]]:
        """Return what is pickled: all but remembered answers."""
        return Checker, (self.index,)

    @cached_property
    def repair(self) -> Repair:
        """What diagnoses texts that are not codes."""
        return Repair(self.graph)

    def check(
        self,
        codes: Iterable[str],
        *,
        principal: str | None = None,
        setting: str | None = None,
        age: str | float | None = None,
        sex: str | None = None,
        rules: Iterable[str] | None = None,
        notes: bool = False,
        words: bool = False,
        mce: bool = False,
        discharge: str | date | None = None,
    ) -> Findings:
        """Return what is wrong with *codes*.

        The first code is the first-listed one, unless *principal* names it.  *setting*
        is ``inpatient`` or ``outpatient``, *age* in years or as ``8d``, *sex* ``F`` or
        ``M``; *rules* are ids, or starts of ids, of the only rules to check.  *notes*
        adds what is worth a look, *words* the notes that name no code, and *mce* the
        edits of Medicare's Code Editor on the day of *discharge*, by default the day
        the release took effect.  An unknown code is a finding.  Raises `ParseError` for
        an invalid setting, age, sex, day or rule.
        """
        texts = _texts(codes, principal)
        age_in_days = None if age is None else days(age)
        selected, searches = self._chosen(rules, notes, words)
        findings: list[Finding] = []
        nodes, known = [], []
        for text in texts:
            node, code = self._node(text)
            nodes.append(node)
            known.append(code)
            if node < 0:
                findings += self._unreadable(text, selected)
        encounter = Encounter.of(nodes, setting_of(setting), age_in_days, sex_of(sex))
        signals = encounter.signals(self.index)
        hits = [
            (rule, condition, hit)
            for rule, condition, needed in searches
            if signals & needed or not needed
            for hit in condition.find(self.index, encounter)
        ]
        for rule, condition, hit in once(hits):
            findings.append(
                self.explainer.finding(rule, condition, hit, encounter.setting)
            )
        if mce:
            findings += mce_findings(
                known,
                findings,
                discharge=self._discharge(discharge),
                days=encounter.days,
                sex=encounter.sex,
            )
        elif discharge is not None:
            raise ParseError("a day of discharge requires mce=True")
        return Findings(known, findings)

    def _discharge(self, given: str | date | None) -> date:
        day = given or self.graph.edition.effective
        if day is None:
            raise ParseError(
                "the day of discharge is required: the release has no known date"
            )
        return day_of(day)

    def _chosen(self, names: Iterable[str] | None, notes: bool, words: bool) -> _Chosen:
        key = (None if names is None else tuple(names), notes, words)
        if key not in self._known:
            selected = chosen(key[0], notes=notes)
            if words:
                selected = selected | chosen([IN_WORDS])
            self._known[key] = (
                selected,
                [
                    (rule, condition, signal_of(self.index, condition))
                    for rule in selected.values()
                    for condition in rule.conditions
                ],
            )
        return self._known[key]

    def _looked_up(self, text: str) -> tuple[int, str]:
        """Return the node of *text* and its code; -1 and *text* if it is not a code."""
        node = self.graph.get(text)
        return (-1, text) if node is None else (node.number, node.code)

    def _unreadable(self, text: str, selected: dict[str, Rule]) -> Iterator[Finding]:
        """Yield the finding on *text*, which is not a code, if its rule is selected."""
        diagnosis = self.repair.diagnose(text)
        if diagnosis.rule in selected:
            rule = selected[diagnosis.rule]
            yield self.explainer.unreadable(rule, text, diagnosis)

    def order(self, codes: Iterable[str]) -> Order:
        """Return a valid order of *codes*, as near to the given one as possible.

        Raises `UnknownCode` and `ParseError`.
        """
        return order(self.explainer, [self.graph.number_of(code) for code in codes])

    def companions(self, code: str) -> Companions:
        """Return the notes about *code* and other codes.  Raises `UnknownCode`."""
        node = self.graph[code]
        applying, naming = node.applicable_notes(*LINKING), node.pointed_at_by

        def notes(kind: NoteKind, kind_naming: NoteKind) -> tuple[Note, ...]:
            own = [note for note in applying if note.kind is kind]
            return (*own, *(note for note in naming if note.kind is kind_naming))

        use, first = NoteKind.USE_ADDITIONAL_CODE, NoteKind.CODE_FIRST
        return Companions(
            apart=notes(NoteKind.EXCLUDES1, NoteKind.EXCLUDES1),
            may=notes(NoteKind.EXCLUDES2, NoteKind.EXCLUDES2),
            before=notes(first, use),
            after=notes(use, first),
            beside=notes(NoteKind.CODE_ALSO, NoteKind.CODE_ALSO),
        )


def setting_of(setting: str | None) -> str:
    """Return *setting*, empty for None.  Raises `ParseError` for an unknown one."""
    if (setting or "") not in SETTINGS:
        known = " or ".join(filter(None, SETTINGS))
        raise ParseError(f"invalid setting {setting!r}: expected {known}")
    return setting or ""


def sex_of(sex: str | None) -> str:
    """Return *sex* as ``F`` or ``M``, empty for None.  Raises `ParseError`."""
    letter = (sex or "").strip()[:1].upper()
    if letter not in SEXES or (sex is not None and not letter):
        raise ParseError(f"invalid sex {sex!r}: expected F or M")
    return letter


def _texts(codes: Iterable[str], principal: str | None) -> list[str]:
    """Return the codes with *principal* first, and not twice if it is among them."""
    if isinstance(codes, str):
        raise ParseError(f"expected a list of codes, such as ['M54.50'], got {codes!r}")
    texts = [str(code) for code in codes]
    if principal is None:
        return texts
    same = [i for i, text in enumerate(texts) if bare(text) == bare(principal)]
    first = texts.pop(same[0]) if same else principal
    return [first, *texts]
