"""What is wrong with a published list of codes, line by line.

    line 3: error: 'E11.99' is not a code of ICD-10-CM 2026; the nearest are E11.9, ...
    line 4: warning: E11.2 is a header, not billable; E11.2- has 3 billable codes

Nothing is put right in silence: what is not clear is told, and what is wrong is not in
the set.  A code in a list is itself alone; ranges, wildcards and dashes are the
billable codes in them.

A range is unclear where the order of the book and the order of text, by which databases
go, give different billable codes: E11.0-E11.3 ends with all beneath E11.3, but as text
E1139 comes after E113.  Ranges of categories are as in the book; they are unclear only
where they run over chapters, or name a section that holds other codes.

There is a gap beneath a header where at least three of its billable codes are listed,
and one is not, or at most a tenth are not.  The highest such header is told.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from icdgraph import codes
from icdgraph.codesets import bits, listing, meaning
from icdgraph.codesets.codeset import CodeSet
from icdgraph.codesets.findings import Finding, Flaw, Report, counted
from icdgraph.errors import ParseError, UnknownCode
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from icdgraph.codesets.listing import Listing, Piece
    from icdgraph.graph import Graph, Node

GUESSED = 20
"""Unknown codes whose nearest are looked for: a list of ICD-9-CM has thousands."""
SHOWN = 6
"""Missing codes that are told one by one."""
LEAST_LISTED = 3
SHARE_MISSING = 10
"""What a gap is: so many codes listed at least, one in so many missing at most."""

_ICD9 = re.compile(
    r"\d{3}(\.\d{0,2})?|V\d{2}(\.?\d{1,2})?|E\d{3}(\.?\d)?", re.IGNORECASE
)


def lint(graph: Graph, text: str, column: str | None = None) -> Report:
    r"""Return what is wrong with the list *text*, and the codes that it holds.

    *column* is the name or number of the column of a table; see `listing`.  Raises
    `ParseError` where there is no such column.

    >>> from icdgraph.toy import toy
    >>> report = lint(toy().core, "M54.50\nM5450 Low back pain\nM54.4\n")
    >>> print(*report.findings, sep="\n")
    line 2: warning: 'M5450' is in the list already, at line 1
    line 3: warning: M54.4 is a header, not billable; M54.4- has 2 billable codes
    >>> report.codes
    <CodeSet of 2 codes, 1 billable: M54.4, M54.50>
    """
    return _Linter(graph).report(listing.read(text, column))


class _Linter:
    """Reads the pieces of one list and collects findings."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._billable = bits.billable(graph)
        self._findings: list[Finding] = []
        self._lines: dict[int, int] = {}
        self._guesses = 0

    def report(self, read: Listing) -> Report:
        self._table(read)
        for line, words in read.conditions:
            self._condition(line, words)
        for line, words in read.unread:
            self._find(line, Flaw.UNREAD, words, f"no code was found in {words!r}")
        for piece in read.pieces:
            self._add(piece, self._held(piece))
        self._seen = bits.of(self._lines, len(self._graph.codes))
        self._spelling(read)
        self._gaps()
        found = sorted(self._findings, key=lambda finding: finding.line)
        held = CodeSet(self._graph, self._seen)
        return Report(held, tuple(found), len(read.pieces))

    def _find(self, line: int, flaw: Flaw, text: str, message: str) -> None:
        self._findings.append(Finding(line, flaw, text, message))

    def _table(self, read: Listing) -> None:
        if read.heading is not None:
            line, words = read.heading
            message = f"{words!r} is taken for a heading"
            self._find(line, Flaw.HEADING, words, message)
        if len(read.columns) > 1:
            first, *others = map(repr, read.columns)
            message = (
                f"the column {first} was read; {', '.join(others)} could hold the "
                "codes, too"
            )
            self._find(1, Flaw.COLUMN, read.columns[0], message)

    def _condition(self, line: int, words: str) -> None:
        known = [code for code in listing.codes_in(words) if code in self._graph]
        if listing.is_condition(words):
            message = f"what follows the codes, {words!r}, was not applied"
            self._find(line, Flaw.CONDITION, words, message)
        elif known:
            message = f"{words!r} was taken for a title, and {known[0]} in it not read"
            self._find(line, Flaw.CONDITION, words, message)

    # One piece

    def _held(self, piece: Piece) -> Iterable[int]:
        """Return the numbers of what *piece* holds, none where it is wrong."""
        try:
            if piece.last is not None:
                return bits.numbers(self._range(piece, piece.last))
            stem = self._stem(piece)
            if stem is not None:
                return bits.numbers(self._wildcard(piece, stem))
            return self._code(piece)
        except UnknownCode:
            unknown = [
                c for c in (piece.first, piece.last) if c and c not in self._graph
            ]
            for code in unknown:
                self._find(piece.line, Flaw.UNKNOWN, piece.text, self._unknown(code))
        return ()

    def _code(self, piece: Piece) -> Iterable[int]:
        node = self._known(piece.first)
        if piece.mark and self._graph.tree.is_leaf(node.number):
            message = (
                f"nothing stands beneath {node.code}; {piece.text!r} is read as it"
            )
            self._find(piece.line, Flaw.WILDCARD, piece.text, message)
        elif piece.mark:
            below = self._billable & bits.subtree(self._graph, node.number)
            return bits.numbers(below)
        elif not node.is_billable:
            self._find(piece.line, Flaw.HEADER, piece.text, _header(node))
        return (node.number,)

    def _known(self, code: str) -> Node:
        """Return the node of *code*; raises `UnknownCode`, without the nearest."""
        node: Node | None = self._graph.get(code)
        if node is None:
            raise UnknownCode(code)
        return node

    def _stem(self, piece: Piece) -> str | None:
        """Return what stands before the wildcard of *piece*: ``E11*``, ``E11.x``."""
        if piece.mark and not set(piece.mark) - set("*?%"):
            return piece.first.rstrip(".")
        stem = piece.first.rstrip("xX").rstrip(".")
        is_wild = stem != piece.first.rstrip(".") and piece.first not in self._graph
        return stem if is_wild and not piece.mark else None

    def _wildcard(self, piece: Piece, stem: str) -> int:
        try:
            found = meaning.prefix(self._graph, stem.upper()) & self._billable
        except UnknownCode as exc:
            self._find(piece.line, Flaw.UNKNOWN, piece.text, str(exc))
            return 0
        size = counted(found.bit_count(), "billable code")
        message = (
            f"{piece.text!r} is read as all that starts with {stem.upper()}: {size}"
        )
        self._find(piece.line, Flaw.WILDCARD, piece.text, message)
        return found

    def _unknown(self, code: str) -> str:
        """Return a sentence on *code*, which the release does not have."""
        said = f"{code!r} is not a code of ICD-10-CM {self._graph.version}"
        if _ICD9.fullmatch(code):
            said += "; it has the form of one of ICD-9-CM"
        if self._guesses < GUESSED and not code[0].isdigit():
            self._guesses += 1
            near = self._graph.nearest(code.upper().rstrip("."), 3)
            said += f"; the nearest are {', '.join(near)}"
        return said

    # Ranges

    def _range(self, piece: Piece, last: str) -> int:
        first, end = self._known(piece.first), self._known(last)
        try:
            found = meaning.code_range(self._graph, first.code, end.code)
        except ParseError as exc:
            self._find(piece.line, Flaw.BROKEN_RANGE, piece.text, str(exc))
            return 0
        held = found & self._billable
        for doubt in self._doubts(first, end, held):
            size = counted(held.bit_count(), "billable code")
            message = (
                f"{piece.text!r} is read in book order and with all beneath its ends, "
                f"{size}; {doubt}"
            )
            self._find(piece.line, Flaw.UNCLEAR_RANGE, piece.text, message)
        return held

    def _doubts(self, first: Node, end: Node, held: int) -> Iterator[str]:
        """Yield why the range from *first* to *end* may mean something else."""
        if first.chapter != end.chapter:
            yield f"it runs from chapter {first.chapter.code} into {end.chapter.code}"
        if first.kind == end.kind == Kind.CATEGORY:
            last = self._graph.tree.last[end.number]
            printed = bits.between(first.number, last) & self._billable
            if printed != held:
                yield (
                    f"it names a section, but up to {end.code} there are "
                    f"{printed.bit_count():,}"
                )
        else:
            as_text = self._between_texts(first.code, end.code)
            if as_text != held:
                yield f"in the order of text there are {as_text.bit_count():,}"

    def _between_texts(self, first: str, last: str) -> int:
        """Return the billable codes from *first* to *last* as text without dots."""
        texts = [text for text, _ in self._texts]
        low = bisect_left(texts, codes.compact(first))
        high = bisect_right(texts, codes.compact(last))
        found = (number for _, number in self._texts[low:high])
        return bits.of(found, len(self._graph.codes))

    @cached_property
    def _texts(self) -> list[tuple[str, int]]:
        """The billable codes as text without dots, in its order, and their numbers."""
        names = self._graph.codes
        return sorted(
            (codes.compact(names[n]), n) for n in bits.numbers(self._billable)
        )

    # The whole list

    def _add(self, piece: Piece, held: Iterable[int]) -> None:
        """Remember the line of what *piece* holds, and tell what was held before."""
        numbers = tuple(held)
        again = [number for number in numbers if number in self._lines]
        if again:
            where = f"in the list already, at line {self._lines[again[0]]}"
            if len(numbers) == 1:
                message = f"{piece.text!r} is {where}"
            else:
                message = f"of the {len(numbers):,} codes of {piece.text!r}, "
                message += f"{len(again):,} are {where}"
                message += " and after" if len(again) > 1 else ""
            self._find(piece.line, Flaw.DOUBLE, piece.text, message)
        for number in numbers:
            self._lines.setdefault(number, piece.line)

    def _spelling(self, read: Listing) -> None:
        for words, is_so in _SPELLINGS.items():
            odd = [piece for piece in read.pieces if is_so(piece)]
            if odd:
                line, text = odd[0].line, odd[0].text
                message = f"{counted(len(odd), 'entry')} {words}, the first {text!r}"
                self._find(line, Flaw.SPELLING, text, message)

    def _gaps(self) -> None:
        tree = self._graph.tree
        size = self._graph.node_count
        listed = _sums(self._seen & self._billable, size)
        held = _sums(self._billable, size)
        node = 0
        while node < size:
            end = tree.last[node] + 1
            here, whole = listed[end] - listed[node], held[end] - held[node]
            if self._graph.is_code(node) and _is_gap(here, whole):
                self._gap(node, whole - here)
                node = end
            else:
                node = node + 1 if here else end

    def _gap(self, number: int, missing: int) -> None:
        node = self._graph.node(number)
        inside = bits.subtree(self._graph, number) & self._billable
        absent = CodeSet(self._graph, inside & ~self._seen)
        shown = ", ".join(list(absent)[:SHOWN]) + (", ..." if missing > SHOWN else "")
        verb = "is" if missing == 1 else "are"
        message = (
            f"of the {inside.bit_count():,} billable codes beneath {node.code}, all "
            f"but {missing:,} are listed; {shown} {verb} not"
        )
        first = self._lines[next(bits.numbers(inside & self._seen))]
        self._find(first, Flaw.GAP, node.code, message)


_SPELLINGS: dict[str, Callable[[Piece], bool]] = {
    "in lower case": lambda piece: piece.text[:1].islower(),
    "with a dot at the end": lambda piece: piece.text.endswith("."),
}


def _header(node: Node) -> str:
    size = counted(len(node.billable_codes), "billable code")
    said = f"{node.code} is a header, not billable; {node.code}- has {size}"
    made = [child for child in node.children if child.made_by]
    return f"{said}, each with a 7th character, as {made[0].code}" if made else said


def _is_gap(listed: int, whole: int) -> bool:
    missing = whole - listed
    return listed >= LEAST_LISTED and 0 < missing <= max(1, whole // SHARE_MISSING)


def _sums(chosen: int, size: int) -> list[int]:
    return list(accumulate(map(int, bits.digits(chosen, size)), initial=0))
