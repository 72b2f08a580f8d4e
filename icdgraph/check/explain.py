"""From hits to findings: what is wrong, which note says so, and what to do.

A hit is a rule and a few numbers.  It becomes one finding for each note or sentence of
the Guidelines that it rests on.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from icdgraph.check.conditions import Linked, Unmet
from icdgraph.check.finding import Finding
from icdgraph.check.guidelines import GuidelineEntry, entries
from icdgraph.coding.laterality import Side
from icdgraph.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.check.conditions import Hit
    from icdgraph.check.repair import Diagnosis
    from icdgraph.check.rule_index import RuleIndex
    from icdgraph.check.rules import Rule
    from icdgraph.graph import Node

SHOWN = 6
"""Codes named in a sentence before the rest is counted."""
REMEMBERED = 2**16
"""Hits whose findings are kept; a finding takes about a kilobyte."""
FIRST = {"inpatient": "principal diagnosis"}
"""What the first-listed code is called, by setting (Guidelines II, IV.A)."""


class Explainer:
    """Makes findings of the hits in one graph.

    Findings depend on the rule, the hit and the setting alone, so that those of an
    earlier hit are remembered.
    """

    def __init__(self, index: RuleIndex) -> None:
        self.index = index
        self.graph = index.graph
        self.findings = lru_cache(maxsize=REMEMBERED)(self._findings)

    def unreadable(self, rule: Rule, text: str, diagnosis: Diagnosis) -> Finding:
        """Return the finding on *text*, which is not a code of the release."""
        stem, proposals = diagnosis.stem, diagnosis.proposals
        meanings = self._meanings(stem) if rule.id in ("E103", "E104") else ""
        listed = meanings or _some(proposals)
        finding = self._finding(rule, (text.strip(),), b=stem, list=listed)
        return replace(finding, proposals=proposals)

    def _findings(self, rule: Rule, hit: Hit, setting: str = "") -> tuple[Finding, ...]:
        """Return the findings of *hit*, one for each note or sentence it rests on."""
        a, b = hit[0], hit[-1]
        match rule.conditions[0]:
            case Linked(statements="notes", order="contradictory", bits=bits):
                return self._by_notes(rule, a, b, bits) + self._by_notes(
                    rule, b, a, bits
                )
            case Linked(statements="notes", bits=bits):
                return self._by_notes(rule, a, b, bits)
            case Linked(bits=bits):
                sections = self.index.sections
                return tuple(
                    self._by_entry(rule, hit, sections.sources[number], setting)
                    for number in sections.linking(a, b, bits)
                )
            case Unmet():
                return (self._unmet(rule, a, b, setting),)
            case condition:
                return (self._by_column(rule, hit, condition, setting),)

    def finding(
        self, rule: Rule, hit: Hit, note: int, entry: int, setting: str
    ) -> Finding:
        """Return the one finding of *hit* that rests on *note* or *entry*.

        *note* is a note, or one after all notes for a requirement, or -1; *entry*
        counts from 1.
        """
        requirement = note - self.graph.note_count
        if requirement >= 0:
            return self._unmet(rule, hit[0], requirement, setting)
        if note >= 0 and not rule.conditions:
            return self.in_words(rule, hit[0], note)
        if note >= 0:
            return self._of_notes(rule, hit, [note])
        if entry:
            return self._by_entry(rule, hit, entry, setting)
        return self.findings(rule, hit, setting)[0]

    # What rests on notes

    def _by_notes(self, rule: Rule, a: int, b: int, bits: int) -> tuple[Finding, ...]:
        notes = self.index.notes
        return tuple(
            self._of_notes(rule, (a, b), [notes.sources[number]])
            for number in notes.linking(a, b, bits)
        )

    def _unmet(self, rule: Rule, node: int, requirement: int, setting: str) -> Finding:
        notes = sorted(self.index.required_notes[requirement])
        return self._of_notes(rule, (node,), notes, first=_first(setting))

    def in_words(self, rule: Rule, node: int, note: int) -> Finding:
        """Return the advice to read *note*, which only a reader can decide."""
        heading = self.graph.kind_of_note(note).heading
        return self._of_notes(rule, (node,), [note], list=heading)

    def _of_notes(
        self, rule: Rule, hit: Hit, numbers: list[int], **filled: str
    ) -> Finding:
        notes = [self.graph.note(number) for number in numbers]
        note, node = notes[0], self.graph.node(hit[0])
        states = [n.state.value for n in notes if n.state != State.RESOLVED]
        return replace(
            self._finding(rule, self._codes(hit), **filled),
            note="; ".join(n.text for n in notes),
            heading=note.heading or "",
            defined_at=note.owner.code,
            title=note.owner.title,
            path=_path(node, note.owner),
            state=states[0] if states else "",
        )

    # What rests on columns

    def _by_column(
        self, rule: Rule, hit: Hit, condition: object, setting: str
    ) -> Finding:
        column = getattr(condition, "column", "")
        if column == rule.id:
            entry = self.index.columns[column][hit[0]]
            return self._by_entry(rule, hit, entry, setting)
        proposals = self._proposals(column, hit[0])
        listed = _some(proposals)
        if column == "header" and self.index.columns[column][hit[0]] == 2:
            listed = self._meanings(self.graph.codes[hit[0]])
        finding = self._finding(
            rule, self._codes(hit), first=_first(setting), list=listed
        )
        return replace(finding, proposals=proposals)

    def _proposals(self, column: str, node: int) -> tuple[str, ...]:
        if column == "header":
            return self._codes(self.graph.tree.children(node))
        if column == "two_sided":
            return self._codes(self.index.laterality.group(node, Side.BILATERAL))
        if column == "unsided":
            return self._codes(self.index.laterality.alternatives(node))
        return ()

    def _meanings(self, code: str) -> str:
        """Return the 7th characters that *code* takes, with their meanings."""
        node = self.graph.get(code)
        if node is None:
            return ""
        meaning = {s.character: s.meaning for s in node.seventh_characters}
        made = [child for child in node.children if child.made_by]
        words = [f"{c.code} {meaning.get(c.made_by or '', '')}".strip() for c in made]
        return _some(words) if words else node.code

    def _by_entry(self, rule: Rule, hit: Hit, number: int, setting: str) -> Finding:
        entry: GuidelineEntry = entries()[number - 1]
        filled = {"first": _first(setting), "statement": entry.statement}
        return replace(
            self._finding(rule, self._codes(hit), **filled),
            section=entry.section,
            unless=entry.unless or rule.unless,
        )

    def _finding(self, rule: Rule, codes: tuple[str, ...], **filled: str) -> Finding:
        """Return the finding of *rule*, its sentences filled in."""
        node = self.graph.get(codes[0])
        words = {
            "a": codes[0],
            "b": codes[-1],
            "title": node.title if node else "",
            "version": self.graph.version,
            "list": "none",
            **{word: text for word, text in filled.items() if text},
        }
        return Finding(
            rule.id,
            codes,
            rule.message.format_map(words),
            rule.section,
            rule.resolves.format_map(words),
            rule.unless,
        )

    def _codes(self, nodes: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.graph.codes[node] for node in nodes)


def _first(setting: str) -> str:
    return FIRST.get(setting, "first-listed code")


def _path(node: Node, owner: Node) -> tuple[str, ...]:
    """Return the way from *node* up to *owner*, both included, as codes and ranges."""
    path = [node.code]
    for above in node.ancestors if node != owner else ():
        path.append(above.code)
        if above == owner:
            break
    return tuple(path)


def _some(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
