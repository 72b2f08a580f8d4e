"""What a search returns: nodes in order, each with the wording that matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from icdgraph.serialize import node_record, target_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Node
    from icdgraph.search.query import Interpretation
    from icdgraph.search.terms import Field

Span = tuple[int, int]
Piece = tuple[str, bool]


class SearchResult(NamedTuple):
    """A node that was found.

    *score*, from 0 to 1, orders the results of one search; scores of different searches
    cannot be compared.  *text* is the wording that matched, in a *field* of the node
    *at*, which can be another one than *node*.  *marks* are the places in the text of
    the words that matched.
    """

    node: Node
    score: float
    field: Field
    at: Node
    text: str
    marks: tuple[Span, ...] = ()

    def pieces(self) -> Iterator[Piece]:
        """Yield the text in pieces, each with True if it matched."""
        place = 0
        for start, end in self.marks:
            yield self.text[place:start], False
            yield self.text[start:end], True
            place = end
        yield self.text[place:], False

    def description(self) -> Iterator[Piece]:
        """Yield the title in pieces, with the wording that matched if it is another."""
        title = self.node.title
        if title.startswith(self.text):
            # The title of a code with a 7th character continues the printed title.
            yield from self.pieces()
            yield title[len(self.text) :], False
        else:
            where = "" if self.at == self.node else f" at {self.at.code}"
            yield f"{title}    [{self.field}{where}: ", False
            yield from self.pieces()
            yield "]", False

    @property
    def name(self) -> str:
        """The code, with an asterisk if it is billable."""
        return self.node.code + ("*" if self.node.is_billable else "")

    def record(self) -> dict[str, Any]:
        """Return the result as a dictionary, as ``--json`` prints it."""
        return node_record(self.node) | {
            "billable": self.node.is_billable,
            "score": round(self.score, 3),
            "field": self.field.value,
            "at": target_record(self.at),
            "text": self.text,
            "marks": [list(mark) for mark in self.marks],
        }

    def __repr__(self) -> str:
        return f"<{self.node.code} {self.node.title!r}, {self.field} {self.text!r}>"

    def _repr_html_(self) -> str:
        return _html([self])


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SearchResults(Sequence[SearchResult]):
    """The results of a search, the best first.

    *interpretations* are the words of *text* that were not read as typed: corrected
    spelling, abbreviations, words for which the release has others.  *unknown* are the
    words for which nothing was found.

    >>> from icdgraph.toy import toy
    >>> toy().search("lumbagoo", limit=1)
    spelling corrected: lumbago
    M54.50*  Low back pain, unspecified    [synonym: Lumbago NOS]
    """

    text: str
    _results: tuple[SearchResult, ...]
    interpretations: tuple[Interpretation, ...] = ()
    unknown: tuple[str, ...] = ()

    @overload
    def __getitem__(self, key: int) -> SearchResult: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[SearchResult, ...]: ...
    def __getitem__(self, key: int | slice) -> SearchResult | tuple[SearchResult, ...]:
        """Return the result at a place, or a tuple of results."""
        return self._results[key]

    def __len__(self) -> int:
        return len(self._results)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the results; of sections and chapters, their ranges."""
        return tuple(result.node.code for result in self)

    def records(self) -> list[dict[str, Any]]:
        """Return the results as dictionaries."""
        return [result.record() for result in self]

    def record(self) -> dict[str, Any]:
        """Return the whole answer as a dictionary, as ``--json`` prints it."""
        return {
            "query": self.text,
            "interpretations": [each._asdict() for each in self.interpretations],
            "unknown": list(self.unknown),
            "results": self.records(),
        }

    def remarks(self) -> list[str]:
        """Return sentences on words that were not read as typed, or not found."""
        said: dict[str, list[str]] = {}
        for typed, read_as, source in self.interpretations:
            is_correction = source == "spelling"
            remark = "spelling corrected" if is_correction else f"{typed} read as"
            said.setdefault(remark, []).append(read_as)
        if self.unknown:
            said["not in the release"] = list(self.unknown)
        return [f"{remark}: {', '.join(names)}" for remark, names in said.items()]

    def __repr__(self) -> str:
        width = max((len(result.name) for result in self), default=0)
        lines = self.remarks()
        for result in self:
            description = "".join(text for text, _ in result.description())
            lines.append(f"{result.name:<{width}}  {description}")
        return "\n".join(lines if self else [*lines, "[no results]"])

    def _repr_html_(self) -> str:
        """Return the results for a notebook, with the words that matched marked."""
        remarks = "".join(f"<p>{escape(remark)}</p>" for remark in self.remarks())
        if not self:
            return f"{remarks}<p>no results for {escape(self.text[:80])}</p>"
        return remarks + _html(self)


def _html(results: Iterable[SearchResult]) -> str:
    head = _html_row("th", ("code", "title", "found by"))
    rows = "".join(_html_row("td", _cells(result)) for result in results)
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _html_row(tag: str, cells: Iterable[str]) -> str:
    left = "".join(f'<{tag} style="text-align:left">{cell}</{tag}>' for cell in cells)
    return f"<tr>{left}</tr>"


_MARK = '<mark style="background:rgba(255, 190, 0, 0.35);color:inherit">{}</mark>'
"""A tint that is visible on light and dark pages."""


def _cells(result: SearchResult) -> tuple[str, ...]:
    name = escape(result.name)
    marked = "".join(
        _MARK.format(escape(text)) if is_match else escape(text)
        for text, is_match in result.pieces()
    )
    return (
        f"<b>{name}</b>" if result.node.is_billable else name,
        escape(result.node.title),
        f"{result.field} of {escape(result.at.code)}: {marked}",
    )
