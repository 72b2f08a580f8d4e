"""From a release and the Guidelines to what `RuleIndex` asks, kept in the cache."""

from __future__ import annotations

import re
import zlib
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from icdgraph.check import statements as s
from icdgraph.check.guidelines import entries, texts, tops
from icdgraph.check.statements import Statement, pack_members, pack_statements
from icdgraph.codes import character, intent
from icdgraph.coding import laterality
from icdgraph.coding.derived import Packed, derived, pack_numbers
from icdgraph.coding.laterality import NAMED, Side
from icdgraph.coding.manifestation import is_never_first, manifestations
from icdgraph.coding.unspecified import is_unspecified
from icdgraph.model import NoteKind, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from icdgraph.graph import Graph

VERSION = 7
"""Raise this when anything below is decided differently; old caches then lapse."""
UNDERLYING, ETIOLOGY, OPEN_ETIOLOGY = 1 << 9, 1 << 10, 1 << 11
"""Kinds of requirement alone: an underlying condition, without another condition; the
etiology of a manifestation, from a list that is closed, or from one of examples."""
COMPANIONS = {
    (rule, place, only_first): 1 << bit
    for bit, (rule, place, only_first) in enumerate(
        product(("E411", "W411"), ("", "before"), (False, True)), 12
    )
}
"""Kinds of requirement of the Guidelines: by rule, place and whether it concerns the
first-listed code alone."""
ENTRY_BITS = {
    "E202": s.APART,
    "W206": s.APART_IF,
    "E305": s.AFTER,
    "W308": s.AFTER_IF,
}
"""The kinds of statement of the Guidelines, by the rule that their entries have."""
ENTRY_COLUMNS = (
    *("E403", "E404", "E405", "W407", "W408", "W409"),
    *("W601", "N602", "N603", "W604", "E605"),
)
"""The rules that read entries about one code."""
_NOTE_BITS = {
    NoteKind.EXCLUDES1: s.EXCLUDES1,
    NoteKind.CODE_FIRST: s.CODE_FIRST,
    NoteKind.USE_ADDITIONAL_CODE: s.USE_ADDITIONAL,
}
_CONDITIONAL = {
    s.EXCLUDES1: s.EXCLUDES1_IF,
    s.CODE_FIRST: s.CODE_FIRST_IF,
    s.USE_ADDITIONAL: s.USE_ADDITIONAL_IF,
}
"""The kinds that differ where a note has a condition in words."""
_CONDITION = re.compile(
    r"\b(if|when|where|any|as applicable|as needed|for adverse effects?)\b", re.I
)
"""A condition on the need for a code: "if applicable", "any causal condition"."""
_MET_BY_PRESENCE = re.compile(
    r",?\s*\b(if (applicable|known|present)|any|as applicable)\b", re.I
)
"""A condition that holds where the code that is named is present."""
_UNDERLYING = re.compile(r"\b(underlying|associated|causal|causative)\b", re.I)
_EXAMPLES = re.compile(r"\bsuch as\b", re.I)
_CAUSES = """A00-D49, D65-D89, E00-E07, E10-E13, E20-E46, E50-E64, E70-E77, E79-E89, \
G00-G99, I00-I09, I11-I99, J00-J99, K00-K20, K22-K95, L00-L99, M00-M99, N00-N99, \
P00-P96, Q00-Q99, T86"""
"""Diseases that may be behind a manifestation: not those that most patients have."""
_OF_NAMED = ("F02", "F54", "Z91", "R47")
"""Categories of manifestations of which the notes name most of the diseases."""
_BURNS = "T20-T32"
_DISEASES = "A00-B99, D50-N99, R00-R69"
"""Chapters in which a patient seldom has two conditions of one category, one of them
unspecified."""
_WHOLE = "D69.6, E08.8, E09.8, E10.8, E11.8, E13.8, E21.3, E78.5, F32.A, G20.C, K92.2"
"""Codes that leave their category unspecified without a 9 in the 4th place."""
_OTHER_GROUPS = ("I48.92, I48.3, I48.4", "N28.9")
"""Codes of a category that are a group of their own: flutter is not fibrillation, and
a disorder of the kidney is no cyst of it."""
_NOT_ORDERED = "F10-F19, Z00-Z99"
"""Codes whose use-additional notes leave the order to the encounter: tobacco, alcohol,
drugs, and the reasons for contact of chapter 21."""


def read_index(graph: Graph, read: Callable[[Packed], None]) -> None:
    """Let *read* read what the rules ask of *graph*: from the cache, or derived now."""
    # The sides and the entries are part of it, and have their versions.
    table = zlib.crc32("".join(texts()).encode())
    version = f"{VERSION}-{laterality.VERSION}-{table:08x}"
    derived(graph, "rules", version, lambda: _IndexBuilder(graph).packed(), read)


def full_text(graph: Graph, note: int) -> str:
    """Return the text of *note* after that of the line above its list."""
    heading = graph.heading_of(note)
    above = "" if heading is None else f"{graph.text_of(heading)} "
    return above + graph.text_of(note)


class _IndexBuilder:
    """Derives the columns, statements and requirements of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.tree = graph.tree
        self.size = graph.node_count
        self.sides = laterality.laterality(graph)

    def packed(self) -> Packed:
        statements = [*self._note_statements(), *self._entry_statements()]
        columns = self._columns()
        return {
            "columns": {name: pack_numbers(c) for name, c in columns.items()},
            "flags": pack_numbers(self._flags(list(columns.values()))),
            "statements": pack_statements(self.tree.parents, statements),
            **self._requirements(statements),
        }

    # Columns

    def _columns(self) -> dict[str, Sequence[int]]:
        sequelae = self._sequelae()
        degrees, sites = self._burns()
        is_vague, categories = self._unspecified()
        return {
            "header": self._headers(),
            "manifestation": self._manifestations(),
            "sequela": sequelae,
            "definitive": self._filled(tops(self.graph, "A00-Q99, S00-T88")),
            "two_sided": self._two_sided(),
            "unsided": self._unsided(),
            "one_side": self._one_side(is_vague),
            "injury": self._injuries(sequelae),
            "degree": degrees,
            "burn": sites,
            "vague": is_vague,
            "category": categories,
            **self._residual(is_vague),
            **self._substances(),
            **self._entries(),
        }

    def _flags(self, columns: list[Sequence[int]]) -> list[int]:
        """Return for each node the columns that are set at it, as bits."""
        flags = [0] * self.size
        for place, column in enumerate(columns):
            bit = 1 << place
            for node, number in enumerate(column):
                if number:
                    flags[node] |= bit
        return flags

    def _below(self, node: int) -> range:
        """Return *node* and what is below it."""
        return range(node, self.tree.last[node] + 1)

    def _filled(self, nodes: list[int]) -> Sequence[int]:
        column = bytearray(self.size)
        for top in nodes:
            for node in self._below(top):
                column[node] = 1
        return column

    def _headers(self) -> Sequence[int]:
        column = bytearray(self.size)
        for node in range(self.size):
            if not self.tree.is_leaf(node):
                column[node] = 2 if self.graph.made_by(node + 1) else 1
        return column

    def _manifestations(self) -> Sequence[int]:
        column = bytearray(self.size)
        for top in manifestations(self.graph):
            for node in (top, *top.descendants):
                column[node.number] = is_never_first(node)
        return column

    def _sequelae(self) -> Sequence[int]:
        external = self._filled(tops(self.graph, "V00-Y99"))
        return bytearray(
            self.graph.made_by(node) is not None
            and title.endswith(", sequela")
            and not external[node]
            for node, title in enumerate(self.graph.titles)
        )

    def _two_sided(self) -> Sequence[int]:
        sides, groups = self.sides.sides, self.sides.groups
        both = {groups[n] for n in range(self.size) if sides[n] == Side.BILATERAL}
        return [
            group if side & NAMED and group in both else 0
            for side, group in zip(sides, groups, strict=True)
        ]

    def _unsided(self) -> Sequence[int]:
        column = bytearray(self.size)
        for leaf in self.graph.leaves:
            column[leaf] = self.sides.of(leaf) == Side.UNSPECIFIED
        return column

    def _one_side(self, is_vague: Sequence[int]) -> Sequence[int]:
        """Return the group of each code that names a side or leaves it open.

        A code that leaves its category unspecified as well is left to that.
        """
        sides, groups = self.sides.sides, self.sides.groups
        sided = NAMED | Side.BILATERAL | Side.UNSPECIFIED
        return [
            group if side & sided and not vague else 0
            for side, group, vague in zip(sides, groups, is_vague, strict=True)
        ]

    def _injuries(self, sequelae: Sequence[int]) -> Sequence[int]:
        """Return the base of each code made by a 7th character, where S is one.

        Burns and corrosions are left out (Guidelines I.C.19.d.8).
        """
        column = [0] * self.size
        burns = self._filled(tops(self.graph, _BURNS))
        for node in range(self.size):
            base = self.tree.parents[node]
            if sequelae[node] and not burns[node]:
                # Node 0 is a chapter: a base is never 0.
                for made in self.tree.children(base):
                    column[made] = base
        return column

    def _substances(self) -> dict[str, Sequence[int]]:
        """Return the substance of each code of T36-T65, from 1, and how it is taken."""
        substances, intents = [0] * self.size, bytearray(self.size)
        known: dict[str, int] = {}
        for top in tops(self.graph, "T36-T65"):
            for leaf in self.graph.leaves[slice(*self.tree.span(top))]:
                code = self.graph.codes[leaf]
                own = intent(code)
                if own:
                    # The intent is the 6th character, or the 5th before an X.
                    substance = code[: -3 if character(code, 6) == "X" else -2]
                    substances[leaf] = known.setdefault(substance, len(known) + 1)
                    intents[leaf] = int(own)
        return {"substance": substances, "intent": intents}

    def _burns(self) -> tuple[Sequence[int], Sequence[int]]:
        """Return the degree of each burn of T20-T25, and its site, both from 1.

        The 4th character has the degree: 1, 2 and 3, and 5, 6 and 7 for corrosions.  A
        site is what the category, the 5th and the 6th character tell.
        """
        degrees, sites = bytearray(self.size), [0] * self.size
        known: dict[tuple[str, ...], int] = {}
        for top in tops(self.graph, "T20-T25"):
            for leaf in self.graph.leaves[slice(*self.tree.span(top))]:
                code = self.graph.codes[leaf]
                degree = int(character(code, 4))
                if degree in (1, 2, 3, 5, 6, 7):
                    agent = "corrosion" if degree > 4 else "burn"
                    site = (agent, code[:3], character(code, 5), character(code, 6))
                    degrees[leaf] = degree % 4 + degree // 4
                    sites[leaf] = known.setdefault(site, len(known) + 1)
        return degrees, sites

    def _unspecified(self) -> tuple[Sequence[int], Sequence[int]]:
        """Return which codes leave their group unspecified, and their groups.

        J44.9 does, and J45.909, whose subcategory J45.9 does as well: the group is the
        category.  Where the 4th character is another one than 9, such as that of
        G93.40, only the subcategory is left unspecified, and is the group.  A code for
        one side says more than the unspecified code of the other side.  Diseases alone
        have a group here, and only where it has such a code.
        """
        is_vague, groups = bytearray(self.size), [0] * self.size
        whole = self._filled(tops(self.graph, _WHOLE))
        for top in tops(self.graph, _DISEASES):
            leaves = self.graph.leaves[slice(*self.tree.span(top))]
            narrow = set[int]()
            for leaf in leaves:
                below = [n for n in self.tree.ancestors(leaf) if n > top]
                is_vague[leaf] = (
                    all(is_unspecified(self.graph, n) for n in (leaf, *below[-1:]))
                    and not self.sides.sides[leaf] & NAMED
                )
                if is_vague[leaf] and not (
                    whole[leaf] or character(self.graph.codes[leaf], 4) in ("", "9")
                ):
                    narrow.add((below or [leaf])[-1])
            if any(is_vague[leaf] for leaf in leaves):
                for leaf in leaves:
                    below = [n for n in (leaf, *self.tree.ancestors(leaf)) if n > top]
                    part = (below or [leaf])[-1]
                    groups[leaf] = part if part in narrow else top
        for members in map(partial(tops, self.graph), _OTHER_GROUPS):
            for top in members:
                for node in self._below(top):
                    groups[node] = members[0] if groups[node] else 0
        return is_vague, groups

    def _residual(self, is_vague: Sequence[int]) -> dict[str, Sequence[int]]:
        """Return which codes leave their subcategory unspecified, and the groups.

        J96.00 does, beside J96.01: the group is J96.0.  The last place is the one for
        what is not specified, 0 or 9.  A subcategory that is titled "other" has several
        diseases, and a side that is left open has a group of its own.
        """
        graph, sides = self.graph, self.sides.sides
        column, groups = bytearray(self.size), [0] * self.size
        for top in tops(graph, f"{_DISEASES}, O00-O9A"):
            for leaf in graph.leaves[slice(*self.tree.span(top))]:
                above = self.tree.parents[leaf]
                if (
                    above > top
                    and graph.codes[leaf][-1] in "09"
                    and graph.made_by(leaf) is None
                    and is_unspecified(graph, leaf)
                    and not (is_vague[leaf] or sides[leaf])
                    and not graph.titles[above].startswith("Other")
                ):
                    column[leaf] = 1
                    for sibling in self.tree.children(above):
                        groups[sibling] = above
        return {"residual": column, "siblings": groups}

    def _entries(self) -> dict[str, Sequence[int]]:
        """Return a column for each rule that reads entries about one code."""
        columns = {rule: [0] * self.size for rule in ENTRY_COLUMNS}
        for number, entry in enumerate(entries(), 1):
            if entry.rule in columns:
                column = columns[entry.rule]
                for top in self._tops(entry.codes, entry.taken_out):
                    for node in self._below(top):
                        column[node] = column[node] or number
        return dict(columns)

    # Statements

    def _note_statements(self) -> Iterator[Statement]:
        graph = self.graph
        unordered = self._filled(tops(graph, _NOT_ORDERED))
        diseases = tuple(tops(graph, _CAUSES))
        for note in graph.note_numbers(*_NOTE_BITS):
            targets = tuple(graph.targets_of(note))
            bit = self._bit(note)
            if bit & s.OWNER_EARLIER and all(unordered[n] for n in targets):
                bit = 0
            if targets:
                owners = tuple(graph.speakers_of(note))
                yield Statement(bit, owners, targets, note)
                if self._is_about_any_disease(note):
                    yield Statement(0, owners, diseases, note)

    def _is_about_any_disease(self, note: int) -> bool:
        """Return True if *note* has but examples of the diseases behind its owner.

        D63.8 is anemia in any chronic disease, though its note names five.  What
        dementia, psychological factors and wandering go with is named.
        """
        graph = self.graph
        if graph.kind_of_note(note) is not NoteKind.CODE_FIRST:
            return False
        owner = graph.node(graph.owner_of(note))
        return (
            is_never_first(owner)
            and owner.code[:3] not in _OF_NAMED
            and bool(_EXAMPLES.search(full_text(graph, note)))
        )

    def _bit(self, note: int) -> int:
        """Return the kind of statement of *note*.

        0 for the order of codes below a section or chapter: its notes are general.
        """
        graph = self.graph
        bit = _NOTE_BITS[graph.kind_of_note(note)]
        if bit & s.ANY_ORDER and not graph.is_code(graph.owner_of(note)):
            return 0
        is_conditional = graph.state_of(note) == State.QUALIFIED
        if bit & s.ANY_ORDER:
            words = _MET_BY_PRESENCE.sub("", full_text(graph, note))
            is_conditional |= bool(_CONDITION.search(words))
        return _CONDITIONAL[bit] if is_conditional else bit

    def _entry_statements(self) -> Iterator[Statement]:
        for number, entry in enumerate(entries(), 1):
            source = self.graph.note_count + number
            owners = tuple(self._tops(entry.codes, entry.taken_out))
            if entry.rule in ENTRY_BITS:
                targets = tuple(self._tops(entry.others, entry.others_taken_out))
                bit, sides = ENTRY_BITS[entry.rule], (Side.RIGHT, Side.LEFT)
                if not entry.same_side:
                    yield Statement(bit, owners, targets, source)
                for side in sides if entry.same_side else ():
                    there, other = (
                        self._of_side(owners, side),
                        self._of_side(targets, side),
                    )
                    yield Statement(bit, there, other, source)
            if entry.any_of:
                targets = tuple(tops(self.graph, entry.any_of))
                yield Statement(0, owners, targets, source)
            if entry.silent_with:
                # What it silences is found by its source; it applies to no code.
                targets = tuple(tops(self.graph, entry.silent_with))
                yield Statement(0, (), targets, source)

    def _tops(self, codes: str, taken_out: str = "") -> list[int]:
        """Return nodes whose subtrees are those of *codes* without *taken_out*."""
        kept, out = tops(self.graph, codes), tops(self.graph, taken_out)
        if not out:
            return kept
        is_out = bytearray(self._filled(out))
        for top in out:
            for above in self.tree.ancestors(top):
                is_out[above] = 1
        return [n for top in kept for n in self._below(top) if not is_out[n]]

    def _of_side(self, tops: tuple[int, ...], side: Side) -> tuple[int, ...]:
        """Return the codes below *tops* that are for *side*."""
        below = {
            leaf for n in tops for leaf in self.graph.leaves[slice(*self.tree.span(n))]
        }
        return tuple(sorted(n for n in below if self.sides.sides[n] & side))

    # Requirements

    def _requirements(self, statements: list[Statement]) -> Packed:
        """Return the requirements, and the one of each statement, from 1.

        A qualified note is among those that meet the requirement of its list.
        """
        lists: dict[tuple[object, ...], list[int]] = {}
        for number, statement in enumerate(statements):
            key = self._required_by(statement)
            if key:
                lists.setdefault(key, []).append(number)
        requirement = [0] * len(statements)
        silencer = [0] * (len(entries()) + 1)
        for place, (key, numbers) in enumerate(lists.items(), 1):
            for number in numbers:
                requirement[number] = place
            if key[0] == "silencer":
                silencer[statements[numbers[0]].source - self.graph.note_count] = place
        members = [[statements[n] for n in numbers] for numbers in lists.values()]
        kinds = [
            self._kind_required(key, m) for key, m in zip(lists, members, strict=True)
        ]
        return {
            "required": pack_members(
                [[*dict.fromkeys(n.source for n in m)] for m in members]
            ),
            "kind_required": pack_numbers(kinds),
            "requirement": pack_numbers(requirement),
            "silencer": pack_numbers(silencer),
        }

    def _required_by(self, statement: Statement) -> tuple[object, ...]:
        """Return what statements of one requirement share; empty if there is none."""
        entry = statement.source - self.graph.note_count
        if entry > 0:
            if statement.bit:
                return ()
            return ("entry" if statement.owners else "silencer", entry)
        kind = self.graph.kind_of_note(statement.source)
        is_required = kind is not NoteKind.EXCLUDES1
        return (kind, self._list_of(statement.source)) if is_required else ()

    def _kind_required(self, key: tuple[object, ...], members: list[Statement]) -> int:
        """Return the kind of the requirement that *members*, one list, make."""
        graph = self.graph
        if key[0] == "silencer":
            return 0
        if key[0] == "entry":
            entry = entries()[members[0].source - graph.note_count - 1]
            return COMPANIONS[entry.rule, entry.place, entry.only_first]
        notes = [member.source for member in members]
        texts = [full_text(graph, note) for note in notes]
        bit = _NOTE_BITS[graph.kind_of_note(notes[0])]
        is_conditional = all(map(_CONDITION.search, texts)) or all(
            graph.state_of(note) == State.QUALIFIED for note in notes
        )
        if is_conditional:
            return _CONDITIONAL[bit]
        if bit != s.CODE_FIRST or any(map(_CONDITION.search, texts)):
            return bit
        owners = [graph.node(n) for member in members for n in member.owners]
        if all(map(is_never_first, owners)):
            is_open = any(map(_EXAMPLES.search, texts)) or not self._is_closed(notes[0])
            return OPEN_ETIOLOGY if is_open else ETIOLOGY
        return UNDERLYING if all(map(_UNDERLYING.search, texts)) else bit

    def _is_closed(self, note: int) -> bool:
        """Return True if every code-first note beside *note* names its codes."""
        graph = self.graph
        return all(
            graph.state_of(other) == State.RESOLVED
            for other in graph.notes_at(graph.owner_of(note))
            if graph.kind_of_note(other) is NoteKind.CODE_FIRST
            and not graph.text_of(other).rstrip().endswith(":")
        )

    def _list_of(self, note: int) -> int:
        """Return a number that notes of one list share.

        That is the line above the list.  Code-first notes of one owner without such a
        line say what may have caused it, and are a list as well.
        """
        heading = self.graph.heading_of(note)
        if heading is not None:
            return heading
        if self.graph.kind_of_note(note) is not NoteKind.CODE_FIRST:
            return note
        # Negative, so that it is never the number of a note.
        return -1 - self.graph.owner_of(note)
