"""From hits to findings: what is wrong, which notes say so, and what to do.

A hit is a rule and a few numbers.  It becomes one finding, with all the notes and
statements of the Guidelines that it rests on as reasons.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from icdgraph.check.change import change, listed
from icdgraph.check.conditions import Apart, InWords, Misplaced, SameGroup, Unmet
from icdgraph.check.finding import Finding, Reason
from icdgraph.check.guidelines import GuidelineEntry, entries
from icdgraph.check.statements import ANY_APART
from icdgraph.coding.laterality import Side
from icdgraph.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.check.conditions import Condition, Hit
    from icdgraph.check.repair import Diagnosis
    from icdgraph.check.rule_index import RuleIndex
    from icdgraph.check.rules import Rule
    from icdgraph.graph import Node

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
        self.finding = lru_cache(maxsize=REMEMBERED)(self._finding)

    def unreadable(self, rule: Rule, text: str, diagnosis: Diagnosis) -> Finding:
        """Return the finding on *text*, which is not a code of the release."""
        stem, proposals = diagnosis.stem, diagnosis.proposals
        meanings = self._meanings(stem) if rule.id in ("E103", "E104") else ""
        words = meanings or listed(proposals)
        finding = self._worded(rule, (text.strip(),), b=stem, list=words)
        return replace(finding, proposals=proposals)

    def _finding(
        self, rule: Rule, condition: Condition, hit: Hit, setting: str = ""
    ) -> Finding:
        """Return the finding of *hit*, which *condition* of *rule* has found."""
        sources = list(self._sources(rule, condition, hit))
        reasons = tuple(self._reason(*source) for source in sources)
        is_alone = isinstance(condition, Unmet | InWords)
        codes = self._codes(hit[:1] if is_alone else hit)
        filled: dict[str, str] = {"first": FIRST.get(setting, "first-listed code")}
        if not sources:
            column = getattr(condition, "column", "")
            proposals = self._proposals(column, hit[0])
            filled["list"] = listed(proposals)
            if isinstance(condition, SameGroup):
                filled |= self._ranked(rule, hit)
            if column == "header" and self.index.columns[column][hit[0]] == 2:
                filled["list"] = self._meanings(codes[0])
            finding = self._worded(rule, codes, entry=None, **filled)
            return replace(finding, proposals=proposals)
        filled |= {"list": reasons[0].kind, "statement": reasons[0].text}
        of_entries = [self._entry(source) for _, source in sources]
        finding = self._worded(rule, codes, entry=of_entries[0], **filled)
        # Where a note keeps codes apart, an entry may say what would be right.
        proposed = (entry.proposals(codes) for entry in of_entries if entry)
        proposals = next(filter(None, proposed), ())
        finding = replace(finding, reasons=reasons, proposals=proposals)
        return replace(finding, resolves=change(self.index, finding))

    def _entry(self, source: int) -> GuidelineEntry | None:
        """Return the entry that *source* is, if it is no note."""
        number = source - self.graph.note_count
        return entries()[number - 1] if number > 0 else None

    def _sources(
        self, rule: Rule, condition: Condition, hit: Hit
    ) -> Iterator[tuple[int, int]]:
        """Yield each note and entry that *hit* rests on, after the node it applies to.

        The one that decides comes first, then whatever else says the same.
        """
        match condition:
            case Apart(bit=bit):
                for bits in (bit, ANY_APART & ~bit):
                    yield from self._linking(hit, bits, bits)
            case Misplaced():
                there, back = condition.kinds(True), condition.kinds(False)
                yield from self._linking(hit, there, back)
            case Unmet():
                for source in sorted(self.index.required[hit[1]]):
                    yield hit[0], source
            case InWords():
                yield hit[0], hit[1]
            case _ if rule.id in self.index.of_entries:
                entry = self.index.columns[rule.id][hit[-1]]
                yield hit[-1], self.graph.note_count + entry

    def _linking(self, hit: Hit, there: int, back: int) -> Iterator[tuple[int, int]]:
        """Yield what links the codes: *there* from the first to the second, or back."""
        statements, (a, b) = self.index.statements, hit
        linking = [(number, a) for number in statements.linking(a, b, there)]
        linking += [(number, b) for number in statements.linking(b, a, back)]
        for number, owner in sorted(linking):
            yield owner, statements.sources[number]

    def _reason(self, node: int, source: int) -> Reason:
        """Return *source*, a note or an entry, as a reason that applies to *node*."""
        graph, code = self.graph, self.graph.codes[node]
        entry = self._entry(source)
        if entry:
            kind = "Tabular List" if entry.printed else "Guidelines"
            words, quote = entry.words([code]), " ".join(entry.phrase.split())
            return Reason(kind, words, code, entry.section, quote=quote)
        note = graph.note(source)
        return Reason(
            note.kind.heading,
            note.text,
            code,
            heading=note.heading or "",
            defined_at=note.owner.code,
            title=note.owner.title,
            position=note.position,
            path=_path(graph.node(node), note.owner),
            state="" if note.state is State.RESOLVED else note.state.value,
        )

    def _ranked(self, rule: Rule, hit: Hit) -> dict[str, str]:
        """Return the codes of *hit* by their marks in the column in which they meet."""
        a, b = hit
        for condition in rule.conditions:
            assert isinstance(condition, SameGroup)
            column = self.index.columns[condition.column]
            marks = self.index.marks[condition.column]
            if column[a] == column[b] != 0 and marks[a] != marks[b]:
                break
        lower, upper = self._codes(sorted(hit, key=marks.__getitem__))
        return {"lower": lower, "upper": upper}

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
        return listed(words) if words else node.code

    def _worded(
        self,
        rule: Rule,
        codes: tuple[str, ...],
        *,
        entry: GuidelineEntry | None = None,
        **filled: str,
    ) -> Finding:
        """Return the finding of *rule*, with its sentences or those of *entry*."""
        node = self.graph.get(codes[0])
        unless = (entry and entry.unless) or rule.unless
        words = {
            "a": codes[0],
            "b": codes[-1],
            "title": node.title if node else "",
            "version": self.graph.version,
            "list": "none",
            "unless": f", unless {unless}" if unless else "",
            **{word: text for word, text in filled.items() if text},
        }
        return Finding(
            rule.id,
            codes,
            rule.message.format_map(words) + (f" ({entry.section})" if entry else ""),
            entry.section if entry else rule.section,
            rule.resolves.format_map(words),
            unless,
        )

    def _codes(self, nodes: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.graph.codes[node] for node in nodes)


def _path(node: Node, owner: Node) -> tuple[str, ...]:
    """Return the way from *node* up to *owner*, both included, as codes and ranges."""
    above = [*node.ancestors] if node != owner else []
    path = above[: above.index(owner) + 1] if owner in above else above
    return (node.code, *(n.code for n in path))
