"""The card of a node as lines of text: headings, and below them indented lines.

What is long and seldom read is folded: the Excludes2 notes of whole chapters into one
line, and long lists after some entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.explain.card import Card, meaning_of
from icdgraph.serialize import counted, short_title, titled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.explain.card_sections import CardNotes, CardSection
    from icdgraph.explain.links import PageLink
    from icdgraph.graph import Node

SHOWN = 12
"""How many entries of a long list are shown unless all are wanted."""

UNFOLD = "show them with --all"


def text(node: Node, everything: bool = False) -> str:
    """Return the card of *node* as text; *everything* unfolds what is folded.

    >>> from icdgraph.toy import toy
    >>> text(toy().core["M54.2"]).splitlines()[:2]
    ['M54.2  Cervicalgia', 'billable code, ICD-10-CM 2026']
    """
    return "\n".join(_CardText(Card(node), everything).lines())


class _CardText:
    """The lines of one card."""

    def __init__(self, card: Card, everything: bool) -> None:
        self.card, self.node = card, card.node
        self.limit = None if everything else SHOWN

    def lines(self) -> Iterator[str]:
        node, card = self.node, self.card
        yield f"{node.code}  {short_title(node)}"
        yield card.status
        yield from _headed("Path", _nodes(node.path))
        yield from _headed("Also called", (f"  {words}" for words in node.synonyms))
        yield from _headed("Includes", self._applying(card.includes))
        yield from _below(card)
        if card.advice:
            yield from ("", "Unspecified", f"  {card.advice}")
        for section in card.sections:
            yield from _headed(section.heading.title, self._section(section))
        yield from _sevenths(card)
        yield from _headed("Table", (f"  {' | '.join(row)}" for row in node.grid))
        yield from _headed("Related codes", self._related())
        yield from _headed("Look further", map(_link, card.links))

    def _section(self, section: CardSection) -> Iterator[str]:
        if section.heading.meaning:
            yield f"  {section.heading.meaning}"
        folded = [g for g in (*section.applying, *section.naming) if self._is_folded(g)]
        yield from self._applying(g for g in section.applying if g not in folded)
        naming = [g for g in section.naming if g not in folded]
        for group in naming[: self.limit]:
            yield f"  by a note at {titled(group.owner)}:"
            yield from _note_lines(group)
        yield from self._more(naming, "  and notes at")
        if folded:
            notes = counted(sum(len(group.notes) for group in folded), "note")
            chapters = "chapters" if len(folded) > 1 else "chapter"
            codes = ", ".join(group.owner.code for group in folded)
            yield f"  {notes} of {chapters} {codes}; {UNFOLD}"

    def _is_folded(self, group: CardNotes) -> bool:
        is_own = group.owner == self.node
        return self.limit is not None and group.is_boilerplate and not is_own

    def _applying(self, groups: Iterable[CardNotes]) -> Iterator[str]:
        for group in groups:
            where = "inherited from" if group.is_inherited else "defined at"
            yield f"  {where} {titled(group.owner)}:"
            yield from _note_lines(group)

    def _related(self) -> Iterator[str]:
        groups = {
            "more specific": self.card.more_specific,
            "siblings": self.card.siblings,
            "siblings of its parent": self.card.siblings_of_parent,
        }
        for words, nodes in groups.items():
            if nodes:
                yield f"  {words}:"
                yield from (f"  {line}" for line in _nodes(nodes[: self.limit]))
                yield from self._more(nodes, "    and")

    def _more(self, entries: Sequence[object], start: str) -> Iterator[str]:
        """Yield how many of *entries* are not shown, if any."""
        if self.limit is not None and len(entries) > self.limit:
            yield f"{start} {len(entries) - self.limit:,} more; {UNFOLD}"


def _below(card: Card) -> Iterator[str]:
    """Yield the children, unless they differ only in their 7th character."""
    children = card.node.children
    if not children or children[0].made_by:
        return iter(())
    choose = "Not billable: choose one of the billable codes below it"
    heading = choose if card.is_code else "Below it"
    return _headed(heading, _nodes(children, counts=True))


def _sevenths(card: Card) -> Iterator[str]:
    """Yield the 7th characters, with the codes they make if they apply right here."""
    if card.seventh_choices:
        heading = "7th characters"
        if not card.node.made_by:
            heading = "Not billable: choose a 7th character"
        width = len(card.seventh_choices[0].node.code)
        return _headed(
            heading,
            (
                f"  {choice.node.code:{width}}  {choice.character} {choice.meaning}"
                for choice in card.seventh_choices
            ),
        )
    return _headed(
        "7th characters of codes below it" if card.is_code else "7th characters",
        (f"  {s.character}  {meaning_of(s)}" for s in card.node.seventh_characters),
    )


def _link(link: PageLink) -> str:
    remark = f" ({link.remark})" if link.remark else ""
    return f"  {link.name}: {link.url}{remark}"


def _headed(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield *lines* below *heading*; nothing if there are none."""
    lines = list(lines)
    if lines:
        yield from ("", heading, *lines)


def _nodes(nodes: Sequence[Node], *, counts: bool = False) -> Iterator[str]:
    width = max((len(node.code) for node in nodes), default=0)
    for node in nodes:
        below = len(node.billable_codes) if counts and not node.is_billable else 0
        count = f" ({counted(below, 'billable code')})" if below else ""
        yield f"  {node.code:{width}}  {short_title(node)}{count}"


def _note_lines(group: CardNotes) -> Iterator[str]:
    for line in group.lines:
        remark = f" [{line.remark}]" if line.remark else ""
        yield f"{'      ' if line.is_inset else '    '}{line.text}{remark}"
