"""What is wrong with a published list of codes, line by line.

    line 3: error: unknown code 'E11.99' in ICD-10-CM 2026. Did you mean E11.9, ...?
    line 4: warning: E11.2 is a header, not billable. E11.2- has 3 billable codes.

Invalid entries are not in the set.  A code in a list is only itself; ranges, wildcards
and dashes are the billable codes in them.

A range is ambiguous if its billable codes in book order are not those in text order,
which databases use: as text, E1139 comes after E113.  Ranges of categories are
ambiguous only if they go beyond a chapter, or name a section that has other codes.

There is a gap below a header if at least three of its billable codes are listed, and
only one is missing, or at most a tenth.  It is reported for the highest such header.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from icdgraph.codes import compact
from icdgraph.codesets import bits, listing, meaning
from icdgraph.codesets.codeset import CodeSet
from icdgraph.codesets.findings import Flaw, ListFinding, ListReport
from icdgraph.errors import ParseError, UnknownCode
from icdgraph.model import Kind
from icdgraph.serialize import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from icdgraph.codesets.listing import ListEntry, ParsedList
    from icdgraph.graph import Graph

GUESSES = 20
"""Unknown codes for which near ones are looked up: a list of ICD-9-CM has thousands."""

_ICD9 = re.compile(
    r"\d{3}(\.\d{0,2})?|V\d{2}(\.?\d{1,2})?|E\d{3}(\.?\d)?", re.IGNORECASE
)


def lint(graph: Graph, text: str, column: str | None = None) -> ListReport:
    r"""Return what is wrong with the list *text*, and the codes in it.

    *column* is the name or number of the column to read in a table.  Raises
    `ParseError` if there is no such column.

    >>> from icdgraph.toy import toy
    >>> report = lint(toy().core, "M54.50\nM5450 Low back pain\nM54.4\n")
    >>> print(*report.findings, sep="\n")
    line 2: warning: 'M5450' is a duplicate of line 1
    line 3: warning: M54.4 is a header, not billable. M54.4- has 2 billable codes.
    >>> report.codes
    <CodeSet of 2 codes, 1 billable: M54.4, M54.50>
    """
    return _Linter(graph).report(listing.parse_list(text, column))


class _Linter:
    """Resolves the entries of one list and collects findings."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._billable = bits.billable(graph)
        self._findings: list[ListFinding] = []
        self._lines: dict[int, int] = {}
        """The line on which each code is listed first."""
        self._guesses = 0

    def report(self, parsed: ParsedList) -> ListReport:
        self._check_columns(parsed)
        for line, text in parsed.ignored:
            self._check_ignored(line, text)
        for line, text in parsed.without_code:
            self._find(line, Flaw.NO_CODE, text, f"no code found in {text!r}")
        for entry in parsed.entries:
            self._add(entry, self._numbers(entry))
        self._check_spelling(parsed)
        codes = CodeSet(self._graph, bits.of(self._lines, self._graph.node_count))
        self._check_gaps(codes.bits)
        findings = sorted(self._findings, key=lambda finding: finding.line)
        return ListReport(codes, tuple(findings), len(parsed.entries))

    def _find(self, line: int, flaw: Flaw, text: str, message: str) -> None:
        self._findings.append(ListFinding(line, flaw, text, message))

    def _check_columns(self, parsed: ParsedList) -> None:
        if parsed.heading is not None:
            line, text = parsed.heading
            self._find(line, Flaw.HEADING, text, f"{text!r} was read as the heading")
        if len(parsed.columns) > 1:
            first, *others = map(repr, parsed.columns)
            message = f"column {first} was read. {', '.join(others)} also has codes."
            self._find(1, Flaw.SEVERAL_COLUMNS, parsed.columns[0], message)

    def _check_ignored(self, line: int, text: str) -> None:
        known = [code for code in listing.codes_in(text) if code in self._graph]
        if listing.is_condition(text):
            message = f"{text!r} after the codes was ignored"
        elif known:
            message = f"{known[0]} in the title {text!r} was ignored"
        else:
            return
        self._find(line, Flaw.IGNORED_TEXT, text, message)

    # One entry

    def _numbers(self, entry: ListEntry) -> list[int]:
        """Return the numbers of the codes of *entry*, none if it is invalid."""
        ends = [code for code in (entry.first, entry.last) if code is not None]
        stem = None if entry.last else self._stem(entry)
        if stem is not None:
            return list(bits.numbers(self._wildcard(entry, stem)))
        unknown = [code for code in ends if code not in self._graph]
        for code in unknown:
            self._find(entry.line, Flaw.UNKNOWN_CODE, entry.text, self._unknown(code))
        if unknown:
            return []
        first, *rest = map(self._graph.number_of, ends)
        if rest:
            return list(bits.numbers(self._range(entry, first, *rest)))
        return self._code(entry, first)

    def _code(self, entry: ListEntry, number: int) -> list[int]:
        graph, code = self._graph, self._graph.codes[number]
        if entry.mark and not graph.tree.is_leaf(number):
            return list(bits.numbers(bits.subtree(graph, number) & self._billable))
        if entry.mark:
            message = f"{entry.text!r} is read as {code}, which has no codes below it"
            self._find(entry.line, Flaw.WILDCARD, entry.text, message)
        elif not graph.is_billable(number):
            self._find(entry.line, Flaw.HEADER, entry.text, _header(graph, number))
        return [number]

    def _stem(self, entry: ListEntry) -> str | None:
        """Return the text before a wildcard: E11 for ``E11*`` and ``E11.x``."""
        if entry.mark and not set(entry.mark) - set("*?%"):
            return entry.first.rstrip(".")
        stem = entry.first.rstrip("xX").rstrip(".")
        is_wildcard = stem != entry.first and entry.first not in self._graph
        return stem if is_wildcard and not entry.mark else None

    def _wildcard(self, entry: ListEntry, stem: str) -> int:
        try:
            chosen = meaning.prefix(self._graph, stem.upper()) & self._billable
        except UnknownCode as exc:
            self._find(entry.line, Flaw.UNKNOWN_CODE, entry.text, str(exc))
            return 0
        message = (
            f"{entry.text!r} is read as all codes that start with {stem.upper()}: "
            f"{counted(chosen.bit_count(), 'billable code')}"
        )
        self._find(entry.line, Flaw.WILDCARD, entry.text, message)
        return chosen

    def _unknown(self, code: str) -> str:
        message = f"unknown code {code!r} in ICD-10-CM {self._graph.version}."
        if _ICD9.fullmatch(code):
            message += " It has the form of an ICD-9-CM code."
        if self._guesses < GUESSES and not code[0].isdigit():
            self._guesses += 1
            *near, last = self._graph.nearest(code.upper().rstrip("."), 3)
            message += f" Did you mean {', '.join(near)} or {last}?"
        return message

    # Ranges

    def _range(self, entry: ListEntry, first: int, last: int) -> int:
        codes = self._graph.codes
        try:
            chosen = meaning.code_range(self._graph, codes[first], codes[last])
        except ParseError as exc:
            self._find(entry.line, Flaw.INVALID_RANGE, entry.text, str(exc))
            return 0
        chosen &= self._billable
        for doubt in self._doubts(first, last, chosen):
            message = (
                f"{entry.text!r} is read in book order with everything below its ends, "
                f"{counted(chosen.bit_count(), 'billable code')}, but {doubt}"
            )
            self._find(entry.line, Flaw.AMBIGUOUS_RANGE, entry.text, message)
        return chosen

    def _doubts(self, first: int, last: int, chosen: int) -> Iterator[str]:
        """Yield why the range from *first* to *last* can mean something else."""
        graph = self._graph
        code = graph.codes[last]
        start, end = (graph.node(n).chapter.code for n in (first, last))
        if start != end:
            yield f"it goes from chapter {start} into {end}"
        if graph.kind_of(first) == graph.kind_of(last) == Kind.CATEGORY:
            literal = bits.between(first, graph.tree.last[last]) & self._billable
            if literal != chosen:
                yield (
                    "the section that it names has "
                    f"{literal.bit_count():,} up to {code}"
                )
        else:
            as_text = self._between_texts(graph.codes[first], code)
            if as_text != chosen:
                yield f"in text order there are {as_text.bit_count():,}"

    def _between_texts(self, first: str, last: str) -> int:
        """Return the billable codes from *first* to *last* as text without dots."""
        texts = [text for text, _ in self._texts]
        low = bisect_left(texts, compact(first))
        high = bisect_right(texts, compact(last))
        numbers = (number for _, number in self._texts[low:high])
        return bits.of(numbers, self._graph.node_count)

    @cached_property
    def _texts(self) -> list[tuple[str, int]]:
        """The billable codes as text without dots, sorted, and their numbers."""
        codes = self._graph.codes
        return sorted((compact(codes[n]), n) for n in bits.numbers(self._billable))

    # The whole list

    def _add(self, entry: ListEntry, numbers: list[int]) -> None:
        """Remember the line of the codes *numbers*; report those listed before."""
        duplicates = [number for number in numbers if number in self._lines]
        if duplicates:
            message = f"{entry.text!r} is a duplicate"
            if len(numbers) > 1:
                message = (
                    f"{len(duplicates):,} of the {len(numbers):,} codes of "
                    f"{entry.text!r} are duplicates, the first"
                )
            message += f" of line {self._lines[duplicates[0]]}"
            self._find(entry.line, Flaw.DUPLICATE, entry.text, message)
        for number in numbers:
            self._lines.setdefault(number, entry.line)

    def _check_spelling(self, parsed: ParsedList) -> None:
        for words, is_odd in _SPELLINGS.items():
            odd = [entry for entry in parsed.entries if is_odd(entry)]
            if odd:
                line, text = odd[0].line, odd[0].text
                message = f"{counted(len(odd), 'entry')} {words}, the first is {text!r}"
                self._find(line, Flaw.SPELLING, text, message)

    def _check_gaps(self, chosen: int) -> None:
        graph, node = self._graph, 0
        listed = bits.digits(chosen & self._billable, graph.node_count)
        while node < graph.node_count:
            end = graph.tree.last[node] + 1
            low, high = graph.tree.span(node)
            count = listed.count("1", node, end)
            if graph.is_code(node) and _is_gap(count, high - low):
                self._report_gap(node, chosen)
                node = end
            else:
                node = node + 1 if count else end

    def _report_gap(self, header: int, chosen: int) -> None:
        inside = bits.subtree(self._graph, header) & self._billable
        missing = CodeSet(self._graph, inside & ~chosen)
        code = self._graph.codes[header]
        message = (
            f"all billable codes below {code} are listed except {len(missing):,} of "
            f"{inside.bit_count():,}: {missing.few}"
        )
        first = self._lines[next(bits.numbers(inside & chosen))]
        self._find(first, Flaw.GAP, code, message)


_SPELLINGS: dict[str, Callable[[ListEntry], bool]] = {
    "in lower case": lambda entry: entry.text[:1].islower(),
    "with a dot at the end": lambda entry: entry.text.endswith("."),
}


def _header(graph: Graph, number: int) -> str:
    code = graph.codes[number]
    low, high = graph.tree.span(number)
    message = f"{code} is a header, not billable. "
    if graph.made_by(number + 1):
        return message + f"Add a 7th character, as in {graph.codes[number + 1]}."
    return message + f"{code}- has {counted(high - low, 'billable code')}."


def _is_gap(listed: int, billable: int) -> bool:
    return listed >= 3 and 0 < billable - listed <= max(1, billable // 10)
