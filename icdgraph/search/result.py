"""What a search returns: nodes in order, each with the wording it was found by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, overload

from icdgraph.errors import MissingExtra
from icdgraph.serialize import node_record, target_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pandas

    from icdgraph.graph import Node
    from icdgraph.search.query import Reading
    from icdgraph.search.terms import Field

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Result:
    """A node that was found.

    *score* runs from 0 to 1 and orders the results of one search; it means nothing
    between searches.  *text* is the wording that matched, as printed *at* a node, which
    may stand above or beside the one found, in a *field*; *marks* are the spans of its
    characters that met the question.
    """

    node: Node
    score: float
    field: Field
    at: Node
    text: str
    marks: tuple[Span, ...] = ()

    def marked(self, before: str, after: str, quote: Callable[[str], str] = str) -> str:
        """Return the text with *before* and *after* around each mark.

        *quote* is applied to every piece of the text, such as `html.escape`.
        """
        pieces, place = [], 0
        for start, end in self.marks:
            pieces += [quote(self.text[place:start]), before]
            pieces += [quote(self.text[start:end]), after]
            place = end
        return "".join((*pieces, quote(self.text[place:])))

    def record(self) -> dict[str, Any]:
        """Return the result as a plain dictionary, as ``--json`` prints it."""
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


class Found(Sequence[Result]):
    """The results of a search, the best first.

    *readings* tell what of the *text* was not read as it was typed: spelling that was
    corrected, abbreviations spelled out, words that the release says otherwise.
    *unknown* are the words that nothing was found for.

    >>> from icdgraph.toy import toy
    >>> toy().search("lumbagoo", limit=1)
    spelling read as: lumbago
    M54.50*  Low back pain, unspecified    [synonym: Lumbago NOS]
    """

    def __init__(
        self,
        text: str,
        results: Sequence[Result],
        readings: tuple[Reading, ...] = (),
        unknown: tuple[str, ...] = (),
    ) -> None:
        self.text = text
        self.readings = readings
        self.unknown = unknown
        self._results = tuple(results)

    @overload
    def __getitem__(self, key: int) -> Result: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Result, ...]: ...
    def __getitem__(self, key: int | slice) -> Result | tuple[Result, ...]:
        """Return the result at a place, or a tuple of results."""
        return self._results[key]

    def __len__(self) -> int:
        return len(self._results)

    def __iter__(self) -> Iterator[Result]:
        return iter(self._results)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of what was found; of sections and chapters, the ranges."""
        return tuple(result.node.code for result in self)

    @property
    def corrections(self) -> dict[str, str]:
        """What was taken to be misspelt, and how it was read."""
        return {
            reading.said: reading.read
            for reading in self.readings
            if reading.source == "spelling"
        }

    def records(self) -> list[dict[str, Any]]:
        """Return the results as plain dictionaries."""
        return [result.record() for result in self]

    def record(self) -> dict[str, Any]:
        """Return the whole answer as one plain dictionary, as ``--json`` prints it."""
        return {
            "query": self.text,
            "readings": [
                {"said": r.said, "read": r.read, "source": r.source}
                for r in self.readings
            ],
            "unknown": list(self.unknown),
            "results": self.records(),
        }

    def to_pandas(self) -> pandas.DataFrame:
        """Return the results as a pandas DataFrame, a row for each.

        Raises `MissingExtra` where pandas is not installed.
        """
        try:
            import pandas
        except ImportError as exc:
            raise MissingExtra(
                "pandas is not installed; pip install pandas would be right"
            ) from exc
        rows = [
            record | {"at": result.at.code}
            for record, result in zip(self.records(), self, strict=True)
        ]
        columns = ["kind", "code", "title", "billable", "score", "field", "at", "text"]
        return pandas.DataFrame(rows, columns=columns)

    def remarks(self) -> list[str]:
        """Return sentences on what was not read as it was typed, or not at all."""
        corrected = self.corrections
        lines = []
        if corrected:
            lines.append(f"spelling read as: {', '.join(corrected.values())}")
        lines += [
            f"{said} read as: {', '.join(reads)}"
            for said, reads in self._read().items()
        ]
        if self.unknown:
            lines.append(f"not found in the release: {', '.join(self.unknown)}")
        return lines

    def _read(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for reading in self.readings:
            if reading.source != "spelling":
                found.setdefault(reading.said, []).append(reading.read)
        return found

    def lines(self, before: str = "", after: str = "") -> Iterator[str]:
        """Yield a line for each result, *before* and *after* around each mark."""
        shown = [(_name(result), result) for result in self]
        width = max((len(name) for name, _ in shown), default=0)
        for name, result in shown:
            yield f"{name:<{width}}  {_described(result, before, after)}"

    def __repr__(self) -> str:
        lines = [*self.remarks(), *self.lines()]
        return "\n".join(lines) if len(self) else "\n".join([*lines, "[nothing found]"])

    def _repr_html_(self) -> str:
        """Return the results for a notebook, the words that met marked."""
        remarks = "".join(f"<p>{escape(remark)}</p>" for remark in self.remarks())
        if not len(self):
            return f"{remarks}<p>nothing found for {escape(self.text[:80])}</p>"
        return remarks + _html(self)


def _html(results: Iterable[Result]) -> str:
    head = "".join(
        f'<th style="text-align:left">{name}</th>'
        for name in ("code", "title", "found by")
    )
    rows = "".join(map(_html_row, results))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


_MARK = (
    '<mark style="background:rgba(255, 190, 0, 0.35);color:inherit">',
    "</mark>",
)
"""A tint that both a light and a dark page show through."""


def _name(result: Result) -> str:
    return result.node.code + ("*" if result.node.is_billable else "")


def _described(result: Result, before: str, after: str) -> str:
    """Return the title, and behind it the wording that matched if it is another."""
    title, text = result.node.title, result.marked(before, after)
    if title.startswith(result.text):
        # A code made by a seventh character goes on where the printed title ends.
        return text + title[len(result.text) :]
    where = "" if result.at == result.node else f" at {result.at.code}"
    return f"{title}    [{result.field}{where}: {text}]"


def _html_row(result: Result) -> str:
    cells = (
        f"<b>{escape(_name(result))}</b>"
        if result.node.is_billable
        else escape(_name(result)),
        escape(result.node.title),
        f"{result.field} of {escape(result.at.code)}: "
        + result.marked(*_MARK, quote=escape),
    )
    return (
        "<tr>"
        + "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells)
        + "</tr>"
    )
