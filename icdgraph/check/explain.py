"""Hits in words: what is found, where it is printed, and what would resolve it.

One `Explainer` a graph.  Findings depend on nothing but the rule, the codes and the
gathering of a hit, so that those of a hit met before are remembered.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from icdgraph.check.conditions import (
    Absent,
    Aged,
    Alike,
    Alone,
    Demoted,
    Linked,
    Outranked,
)
from icdgraph.check.finding import Finding
from icdgraph.check.guidelines import Entry, entries
from icdgraph.coding.laterality import Side
from icdgraph.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.check.conditions import Hit
    from icdgraph.check.repair import Diagnosis
    from icdgraph.check.rule_index import Facts
    from icdgraph.check.rules import Rule
    from icdgraph.graph import Node, Note

SHOWN = 6
"""Codes named in a sentence before the rest is counted."""
REMEMBERED = 2**16
"""Hits whose findings are kept; a finding takes about a kilobyte."""
FIRST = {"inpatient": "principal diagnosis"}
"""What the first-listed code is called, by setting (Guidelines II, IV.A)."""


class Explainer:
    """Words the hits of one graph."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.graph = facts.graph
        self.explain = lru_cache(maxsize=REMEMBERED)(self._explain)

    def unreadable(self, rule: Rule, text: str, diagnosis: Diagnosis) -> Finding:
        """Return the finding on *text*, which is no code of the release."""
        stem, right = diagnosis.stem, diagnosis.proposals
        shown = self._meanings(stem) if rule.id in ("E103", "E104") else ""
        return self._finding(
            rule,
            (text.strip(),),
            proposals=right,
            said={"b": stem, "list": shown or _some(right)},
        )

    def _explain(self, rule: Rule, hit: Hit, setting: str = "") -> tuple[Finding, ...]:
        """Return the findings of *hit*, one for each note it rests on."""
        first = FIRST.get(setting, "first-listed code")
        match rule.shapes[0]:
            case Linked(relation="notes", order="contradictory"):
                return self._contradictory(rule, hit[0], hit[1])
            case Linked(relation="notes", bit=bit):
                return self._by_notes(rule, hit[0], hit[1], bit)
            case Linked(bit=bit):
                said = self.facts.sections.linking(hit[0], hit[1], bit)
                found = (entries()[statement.source - 1] for statement in said)
                return tuple(self._by_entry(rule, hit, e, first) for e in found)
            case Absent():
                return (self._missing(rule, hit[0], hit[1], first),)
            case Alike(column=column) | Alone(column=column):
                return (self._by_column(rule, hit, column, first),)
            case (
                Demoted(column=column) | Outranked(column=column) | Aged(column=column)
            ):
                return (self._by_column(rule, hit, column, first),)
            case _:
                return (self._finding(rule, self._codes(hit)),)

    def worded(
        self, rule: Rule, hit: Hit, note: int, entry: int, setting: str
    ) -> Finding:
        """Return the one finding of *hit* that rests on *note* or *entry*.

        *note* is a note, or one after all notes for a gathering, or -1; *entry* counts
        from 1.
        """
        first = FIRST.get(setting, "first-listed code")
        gathering = note - self.graph.note_count
        if gathering >= 0:
            return self._missing(rule, hit[0], gathering, first)
        if note >= 0:
            said = self.graph.note(note)
            if not rule.shapes:
                return self.in_words(rule, self.graph.node(hit[0]), said)
            return self._of_note(rule, hit, [said])
        if entry:
            return self._by_entry(rule, hit, entries()[entry - 1], first)
        return self._explain(rule, hit, setting)[0]

    # What rests on notes

    def _by_notes(self, rule: Rule, a: int, b: int, bit: int) -> tuple[Finding, ...]:
        found = self.facts.notes.linking(a, b, bit)
        notes = (self.graph.note(statement.source) for statement in found)
        return tuple(self._of_note(rule, (a, b), [note]) for note in notes)

    def _contradictory(self, rule: Rule, a: int, b: int) -> tuple[Finding, ...]:
        bit = next(s.bit for s in rule.shapes if isinstance(s, Linked))
        there, back = self._by_notes(rule, a, b, bit), self._by_notes(rule, b, a, bit)
        return there + back

    def _missing(self, rule: Rule, node: int, gathering: int, first: str) -> Finding:
        notes = [self.graph.note(n) for n in self.facts.gatherings[gathering].notes]
        return self._of_note(rule, (node,), notes, first=first)

    def in_words(self, rule: Rule, node: Node, note: Note) -> Finding:
        """Return the advice to read *note*, which no check can decide."""
        return self._of_note(rule, (node.number,), [note], list=note.kind.heading)

    def _of_note(self, rule: Rule, hit: Hit, notes: list[Note], **said: str) -> Finding:
        note, node = notes[0], self.graph.node(hit[0])
        faulty = next((n.state for n in notes if n.state != State.RESOLVED), "")
        return self._finding(
            rule,
            self._codes(hit),
            words="; ".join(n.text for n in notes),
            heading=note.heading or "",
            printed_at=note.owner.code,
            title=note.owner.title,
            path=_path(node, note.owner),
            state=str(faulty),
            said=said,
        )

    # What rests on columns

    def _by_column(self, rule: Rule, hit: Hit, column: str, first: str) -> Finding:
        value = int(self.facts.flat[column][hit[0]])
        if column == rule.id:
            return self._by_entry(rule, hit, entries()[value - 1], first)
        right = self._proposals(column, hit[0])
        is_header = column == "header" and value == 2
        shown = self._meanings(self.graph.node(hit[0]).code) if is_header else ""
        return self._finding(
            rule,
            self._codes(hit),
            proposals=right,
            said={"first": first, "list": shown if is_header else _some(right)},
        )

    def _proposals(self, column: str, node: int) -> tuple[str, ...]:
        if column == "header":
            return tuple(child.code for child in self.graph.node(node).children)
        sides, codes = self.facts.laterality, self.graph.codes
        if column == "two_sided":
            return tuple(codes[n] for n in sides.group(node, Side.BILATERAL))
        if column == "unsided":
            return tuple(codes[n] for n in sides.alternatives(node))
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

    def _by_entry(self, rule: Rule, hit: Hit, entry: Entry, first: str) -> Finding:
        return self._finding(
            rule,
            self._codes(hit),
            section=entry.section,
            unless=entry.unless or rule.unless,
            said={"first": first, "says": entry.says},
        )

    def _finding(
        self,
        rule: Rule,
        codes: tuple[str, ...],
        *,
        section: str = "",
        unless: str = "",
        words: str = "",
        heading: str = "",
        printed_at: str = "",
        title: str = "",
        path: tuple[str, ...] = (),
        proposals: tuple[str, ...] = (),
        state: str = "",
        said: dict[str, str] | None = None,
    ) -> Finding:
        """Return the finding of *rule*, its sentences filled in with what is *said*."""
        node = self.graph.get(codes[0])
        filled = {
            "a": codes[0],
            "b": codes[-1],
            "title": node.title if node else "",
            "version": self.graph.version,
            **{word: text for word, text in (said or {}).items() if text},
        }
        return Finding(
            rule=rule.id,
            codes=codes,
            message=rule.message.format_map(filled),
            section=section or rule.section,
            resolves=rule.resolves.format_map({"list": "none", **filled}),
            unless=unless or rule.unless,
            words=words,
            heading=heading,
            printed_at=printed_at,
            title=title,
            path=path,
            proposals=proposals,
            state=state,
        )

    def _codes(self, hit: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.graph.codes[node] for node in hit)


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
