"""What a search returns: nodes in order, each with the wording that matched."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from icdgraph.serialize import node_record, target_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas

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
        """Return the result as a table of one row, for a notebook."""
        return _html([self])


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

    def __init__(
        self,
        text: str,
        results: Sequence[SearchResult],
        interpretations: tuple[Interpretation, ...] = (),
        unknown: tuple[str, ...] = (),
    ) -> None:
        self.text = text
        self.interpretations = interpretations
        self.unknown = unknown
        self._results = tuple(results)

    @overload
    def __getitem__(self, key: int) -> SearchResult: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[SearchResult, ...]: ...
    def __getitem__(self, key: int | slice) -> SearchResult | tuple[SearchResult, ...]:
        """Return the result at a place, or a tuple of results."""
        return self._results[key]

    def __len__(self) -> int:
        return len(self._results)

    def __iter__(self) -> Iterator[SearchResult]:
        return iter(self._results)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the results; of sections and chapters, their ranges."""
        return tuple(result.node.code for result in self)

    @property
    def corrections(self) -> dict[str, str]:
        """The words that were taken as misspelled, and their corrections."""
        return {
            each.typed: each.read_as
            for each in self.interpretations
            if each.source == "spelling"
        }

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

    def to_pandas(self) -> pandas.DataFrame:
        """Return the results as a pandas DataFrame, one row each."""
        import pandas

        rows = [
            record | {"at": result.at.code}
            for record, result in zip(self.records(), self, strict=True)
        ]
        columns = ["kind", "code", "title", "billable", "score", "field", "at", "text"]
        return pandas.DataFrame(rows, columns=columns)

    def remarks(self) -> list[str]:
        """Return sentences on words that were not read as typed, or not found."""
        remarks = []
        if self.corrections:
            remarks.append(
                f"spelling corrected: {', '.join(self.corrections.values())}"
            )
        others: dict[str, list[str]] = {}
        for each in self.interpretations:
            if each.source != "spelling":
                others.setdefault(each.typed, []).append(each.read_as)
        remarks += [
            f"{typed} read as: {', '.join(read_as)}"
            for typed, read_as in others.items()
        ]
        if self.unknown:
            remarks.append(f"not in the release: {', '.join(self.unknown)}")
        return remarks

    def lines(self) -> Iterator[str]:
        """Yield a line for each result."""
        width = max((len(result.name) for result in self), default=0)
        for result in self:
            description = "".join(text for text, _ in result.description())
            yield f"{result.name:<{width}}  {description}"

    def __repr__(self) -> str:
        lines = [*self.remarks(), *self.lines()]
        return "\n".join(lines if self else [*lines, "[no results]"])

    def _repr_html_(self) -> str:
        """Return the results for a notebook, with the words that matched marked."""
        remarks = "".join(f"<p>{escape(remark)}</p>" for remark in self.remarks())
        if not self:
            return f"{remarks}<p>no results for {escape(self.text[:80])}</p>"
        return remarks + _html(self)


def _html(results: Iterable[SearchResult]) -> str:
    head = "".join(
        f'<th style="text-align:left">{name}</th>'
        for name in ("code", "title", "found by")
    )
    rows = "".join(map(_html_row, results))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


_MARK = '<mark style="background:rgba(255, 190, 0, 0.35);color:inherit">{}</mark>'
"""A tint that is visible on light and dark pages."""


def _html_row(result: SearchResult) -> str:
    name = escape(result.name)
    marked = "".join(
        _MARK.format(escape(text)) if is_match else escape(text)
        for text, is_match in result.pieces()
    )
    cells = (
        f"<b>{name}</b>" if result.node.is_billable else name,
        escape(result.node.title),
        f"{result.field} of {escape(result.at.code)}: {marked}",
    )
    return (
        "<tr>"
        + "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells)
        + "</tr>"
    )
