"""From hits to findings: what is wrong, which note says so, and what to do.

A hit is a rule and a few numbers.  It becomes one finding for each note or sentence of
the Guidelines that it rests on.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from icdgraph.check.conditions import InWords, Linked, Unmet
from icdgraph.check.finding import Finding
from icdgraph.check.guidelines import entries
from icdgraph.coding.laterality import Side
from icdgraph.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.check.conditions import Condition, Hit
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
        grounds = self._grounds(rule, rule.conditions[0], hit)
        return tuple(self.finding(rule, *ground, setting) for ground in grounds)

    def _grounds(
        self, rule: Rule, condition: Condition, hit: Hit
    ) -> Iterator[tuple[Hit, int, int]]:
        """Yield the codes, and the note or entry, that `finding` takes."""
        a, b = hit[0], hit[-1]
        match condition:
            case Linked():
                is_mutual = condition.order == "contradictory"
                statements = self.index.statements[condition.statements]
                for x, y in ((a, b), (b, a)) if is_mutual else ((a, b),):
                    for number in statements.linking(x, y, condition.bits):
                        source = statements.sources[number]
                        is_note = condition.statements == "notes"
                        yield (x, y), *((source, 0) if is_note else (-1, source))
            case Unmet():
                yield (a,), self.graph.note_count + b, 0
            case InWords():
                yield (a,), b, 0
            case _ if getattr(condition, "column", "") == rule.id:
                yield hit, -1, self.index.columns[rule.id][a]
            case _:
                yield hit, -1, 0

    def finding(
        self, rule: Rule, nodes: Hit, note: int, entry: int, setting: str = ""
    ) -> Finding:
        """Return the finding of *rule* on *nodes* that rests on *note* or *entry*.

        *note* is a note, or one after all notes for a requirement, or -1; *entry*
        counts from 1, and is 0 where there is none.
        """
        codes = self._codes(nodes)
        first = FIRST.get(setting, "first-listed code")
        if note >= 0:
            return self._by_notes(rule, codes, self.index.notes_of(note), first)
        if entry:
            stated = entries()[entry - 1]
            return replace(
                self._finding(rule, codes, first=first, statement=stated.statement),
                section=stated.section,
                unless=stated.unless or rule.unless,
            )
        column = getattr(rule.conditions[0], "column", "")
        proposals = self._proposals(column, nodes[0])
        listed = _some(proposals)
        if column == "header" and self.index.columns[column][nodes[0]] == 2:
            listed = self._meanings(codes[0])
        finding = self._finding(rule, codes, first=first, list=listed)
        return replace(finding, proposals=proposals)

    def _by_notes(
        self, rule: Rule, codes: tuple[str, ...], numbers: list[int], first: str
    ) -> Finding:
        notes = [self.graph.note(number) for number in numbers]
        note, node = notes[0], self.graph[codes[0]]
        states = [n.state.value for n in notes if n.state != State.RESOLVED]
        return replace(
            self._finding(rule, codes, first=first, list=note.kind.heading),
            note="; ".join(n.text for n in notes),
            heading=note.heading or "",
            defined_at=note.owner.code,
            title=note.owner.title,
            path=_path(node, note.owner),
            state=states[0] if states else "",
        )

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


def _path(node: Node, owner: Node) -> tuple[str, ...]:
    """Return the way from *node* up to *owner*, both included, as codes and ranges."""
    above = [*node.ancestors] if node != owner else []
    path = above[: above.index(owner) + 1] if owner in above else above
    return (node.code, *(n.code for n in path))


def _some(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
