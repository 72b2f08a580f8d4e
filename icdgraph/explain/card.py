"""The card of a node: what the classification says about it, as data.

    what it is            code, title, path, billable or not, 7th characters
    what it covers        synonyms, Includes notes
    what goes with it     Excludes1, Excludes2, code first, use additional, code also
    what else there is    more specific codes, siblings, links to other sites

Most notes are inherited; each says from where.  Pages, notebooks and the terminal show
the same card; `icdgraph.explain.card_text` writes it as lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.coding.unspecified import is_unspecified, more_specific
from icdgraph.explain.card_sections import HEADINGS, CardSection, grouped
from icdgraph.explain.links import links
from icdgraph.graph import Node
from icdgraph.model import CODE_KINDS, LINKING, NoteKind
from icdgraph.serialize import Record, node_record, note_record

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from icdgraph.explain.card_sections import CardNotes
    from icdgraph.explain.links import PageLink
    from icdgraph.graph import Note
    from icdgraph.model import Seventh


ADVICE = (
    "“Unspecified codes should be reported when they are the codes that most "
    "accurately reflect what is known about the patient’s condition at the time of "
    "that particular encounter.” (Official Guidelines, I.B.18)"
)
"""When an unspecified code is right, in the words of the Guidelines of FY 2026."""


class SeventhChoice(NamedTuple):
    """A 7th character, its meaning, and the code that it makes."""

    character: str
    meaning: str
    node: Node


@dataclass(eq=False)
class Card:
    """What the classification says about *node*.

    >>> from icdgraph.toy import toy
    >>> card = Card(toy().core["M54.50"])
    >>> [section.heading.title for section in card.sections]
    ['Never coded with (Excludes1)', 'May be coded with (Excludes2)']
    >>> card.more_specific, [node.code for node in card.siblings_of_parent]
    ((<code M54.59 'Other low back pain'>,), ['M54.2', 'M54.4'])
    """

    node: Node

    @property
    def is_code(self) -> bool:
        """Whether it is a category, subcategory or code."""
        return self.node.kind in CODE_KINDS

    @property
    def status(self) -> str:
        """What it is and whether it is billable, in which release."""
        node = self.node
        status = f"{node.kind}, not billable" if self.is_code else f"{node.kind}"
        if node.is_billable:
            made = f" with 7th character {node.made_by}" if node.made_by else ""
            status = f"billable code{made}"
        return f"{status}, ICD-10-CM {node.graph.version}"

    # Notes

    @cached_property
    def _applying(self) -> tuple[Note, ...]:
        """The notes defined at the node, and the inherited ones that apply to it."""
        applicable = self.node.applicable_notes()
        return *self.node.notes, *(n for n in applicable if n.owner != self.node)

    @cached_property
    def _naming(self) -> tuple[Note, ...]:
        """The notes of other nodes that name it, or a node above it."""
        return tuple(n for n in self.node.pointed_at_by if not n.applies_to(self.node))

    @cached_property
    def includes(self) -> tuple[CardNotes, ...]:
        """Its Includes notes, by the node where they are defined."""
        return self._applying_of((NoteKind.INCLUDES,))

    @cached_property
    def sections(self) -> tuple[CardSection, ...]:
        """The sections of notes, without those that are empty."""
        sections = (
            CardSection(
                heading,
                self._applying_of(heading.kinds),
                grouped(n for n in self._naming if n.kind in heading.naming),
            )
            for heading in HEADINGS
        )
        return tuple(s for s in sections if s.applying or s.naming)

    def _applying_of(self, kinds: Container[NoteKind]) -> tuple[CardNotes, ...]:
        return grouped((n for n in self._applying if n.kind in kinds), self.node)

    @cached_property
    def named_by(self) -> dict[Node, tuple[NoteKind, ...]]:
        """The other nodes whose notes name it, with the kinds of these notes."""
        kinds: dict[Node, dict[NoteKind, None]] = {}
        for note in self._naming:
            if note.kind in LINKING:
                kinds.setdefault(note.owner, {})[note.kind] = None
        return {node: tuple(by_node) for node, by_node in kinds.items()}

    # Seventh characters

    @cached_property
    def seventh_choices(self) -> tuple[SeventhChoice, ...]:
        """The 7th characters to choose from here, or at the code it is made from.

        Empty for a header whose subcategories take them.
        """
        meanings = {s.character: meaning_of(s) for s in self.node.seventh_characters}
        return tuple(
            SeventhChoice(child.made_by, meanings[child.made_by], child)
            for child in self._base.children
            if child.made_by and child.made_by in meanings
        )

    @cached_property
    def _base(self) -> Node:
        """The code without its 7th character."""
        parent = self.node.parent
        return parent if self.node.made_by and parent else self.node

    # Related codes

    @property
    def advice(self) -> str:
        """When an unspecified code is right; empty for any other."""
        return ADVICE if is_unspecified(self.node.graph, self.node.number) else ""

    @cached_property
    def more_specific(self) -> tuple[Node, ...]:
        """Codes that are more specific than this unspecified one."""
        graph = self.node.graph
        return tuple(Node(graph, n) for n in more_specific(graph, self.node.number))

    @cached_property
    def siblings(self) -> tuple[Node, ...]:
        """The other nodes below its parent, but for those that are more specific.

        The siblings of a code with a 7th character are those of the code it is made
        from.
        """
        return tuple(n for n in self._base.siblings if n not in self.more_specific)

    @cached_property
    def siblings_of_parent(self) -> tuple[Node, ...]:
        """The siblings of its parent, if that is a code, without more specific ones.

        An only child, such as S06.0X, has none: those of the node above it are taken.
        """
        parent = self._base.parent
        while parent and parent.kind in CODE_KINDS and not parent.siblings:
            parent = parent.parent
        if parent is None or parent.kind not in CODE_KINDS:
            return ()
        return tuple(n for n in parent.siblings if n not in self.more_specific)

    @property
    def links(self) -> tuple[PageLink, ...]:
        """Where to look further: pages of CMS, NCHS and WHO."""
        return links(self.node)

    def record(self) -> Record:
        """Return the card as a record, for ``--json``.

        ``notes`` are its own and the inherited ones, each with ``inherited``;
        ``pointed_at_by`` are the nodes whose notes name this node, or a node above it,
        with these ``notes``.

        >>> from icdgraph.toy import toy
        >>> card = Card(toy().core["M54.50"]).record()
        >>> card["synonyms"], card["billable"], card["pointed_at_by"][0]["code"]
        (['Loin pain', 'Lumbago NOS'], True, 'G89')
        """
        node = self.node
        return node_record(node) | {
            "billable": node.is_billable,
            "unspecified": bool(self.advice),
            "path": _records(node.path),
            "children": _records(node.children),
            "synonyms": list(node.synonyms),
            "includes": [
                {"text": note.text, "owner": note.owner.code}
                for group in self.includes
                for note in group.notes
            ],
            "notes": [
                note_record(note) | {"inherited": note.owner != node}
                for note in self._applying
            ],
            "seventh_characters": [
                {
                    "character": s.character,
                    "meaning": s.meaning,
                    "remarks": [words.strip() for words in s.remarks],
                }
                for s in node.seventh_characters
            ],
            "pointed_at_by": [
                node_record(owner) | {"notes": [note_record(n) for n in notes]}
                for owner, notes in groupby(node.pointed_at_by, lambda n: n.owner)
            ],
            "related": {
                "more_specific": _records(self.more_specific),
                "siblings": _records(self.siblings),
                "siblings_of_parent": _records(self.siblings_of_parent),
            },
            "links": [link._asdict() for link in self.links],
        }


def meaning_of(seventh: Seventh) -> str:
    """Return the meaning of a 7th character, with the words printed beside it."""
    return "; ".join([seventh.meaning, *(words.strip() for words in seventh.remarks)])


def _records(nodes: Iterable[Node]) -> list[Record]:
    return [node_record(node) for node in nodes]
