"""Answers to SPARQL queries: tables, truth values, and triples.

A `Table` is a sequence of `Row`s, tuples whose values can also be read by name, and
`Triples` one of `Triple`s.  Literals are Python's str, int, float and bool.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from icdgraph.rdf.vocabulary import PREFIXES

if TYPE_CHECKING:
    import pandas
    import polars

SHOWN = 20
"""Rows that a repr shows."""
SHOWN_IN_NOTEBOOK = 100


class Iri(str):
    """An IRI; `short` is its prefixed name if a prefix is known.

    >>> Iri("http://purl.bioontology.org/ontology/ICD10CM/M54.50").short
    'ICD10CM:M54.50'
    """

    __slots__ = ()

    @property
    def short(self) -> str:
        """The prefixed name, or the IRI in angle brackets."""
        for prefix, namespace in PREFIXES.items():
            if self.startswith(namespace):
                return f"{prefix}:{self[len(namespace) :]}"
        return f"<{self}>"


Value = Iri | str | int | float | bool | None


class Row(tuple[Value, ...]):
    """One row of a table; ``row["code"]`` is the value of that variable."""

    variables: tuple[str, ...]

    def __new__(cls, values: Sequence[Value], variables: tuple[str, ...]) -> Row:
        """Return the row of *values*, one for each of *variables*."""
        row = super().__new__(cls, values)
        row.variables = variables
        return row

    @property
    def _fields(self) -> tuple[str, ...]:
        """The variables, as pandas takes the names of columns from named tuples."""
        return self.variables

    def __getitem__(self, key: Any) -> Any:
        """Return the value of a variable, or at an index or a slice."""
        is_variable = isinstance(key, str)
        return super().__getitem__(self.variables.index(key) if is_variable else key)

    def as_dict(self) -> dict[str, Value]:
        """Return the row as a dictionary by variable."""
        return dict(zip(self.variables, self, strict=True))


class Table(Sequence[Row]):
    """The answer to a SELECT: *variables*, and rows in the order of the answer."""

    def __init__(
        self,
        variables: Sequence[str],
        rows: Sequence[Sequence[Value]],
        *,
        is_cut: bool = False,
    ) -> None:
        self.variables = tuple(variables)
        self.is_cut = is_cut
        """Whether there are more rows, beyond the limit."""
        self.hints: tuple[str, ...] = ()
        """Terms of the query that are wrong, where there are no rows."""
        self._rows = [Row(row, self.variables) for row in rows]

    @overload
    def __getitem__(self, key: int) -> Row: ...
    @overload
    def __getitem__(self, key: slice) -> list[Row]: ...
    def __getitem__(self, key: int | slice) -> Row | list[Row]:
        """Return a row, or a list of rows."""
        return self._rows[key]

    def __len__(self) -> int:
        return len(self._rows)

    def csv(self, delimiter: str = ",") -> str:
        """Return the table as CSV with a header line, values as in SPARQL 1.1 CSV."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(self.variables)
        writer.writerows([plain(value) for value in row] for row in self)
        return out.getvalue()

    def json(self) -> str:
        """Return the table as a JSON array of objects, unbound variables as null."""
        rows = [row.as_dict() for row in self]
        return json.dumps(rows, ensure_ascii=False, indent=2)

    def to_pandas(self) -> pandas.DataFrame:
        """Return the table as a pandas DataFrame, a column for each variable."""
        import pandas

        return pandas.DataFrame(self._plain_rows(), columns=list(self.variables))

    def to_polars(self) -> polars.DataFrame:
        """Return the table as a polars DataFrame, a column for each variable.

        Raises `MissingExtra` if polars is not installed.
        """
        from icdgraph.extras import require

        polars = require("polars", "make a polars DataFrame", "polars")
        rows = self._plain_rows()
        return polars.DataFrame(  # type: ignore[no-any-return]
            rows, schema=list(self.variables), orient="row", infer_schema_length=None
        )

    def _plain_rows(self) -> list[list[str | int | float | bool | None]]:
        return [[str(v) if isinstance(v, str) else v for v in row] for row in self]

    def _repr_html_(self) -> str:
        """Return the table for a notebook, with codes linked to their IRIs."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.variables)
        rows = (
            "".join(f"<td>{_cell(value)}</td>" for value in row)
            for row in self._rows[:SHOWN_IN_NOTEBOOK]
        )
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p>{escape(self._count(SHOWN_IN_NOTEBOOK))}</p>"
            f"{''.join(f'<p>{escape(hint)}</p>' for hint in self.hints)}"
        )

    def _count(self, shown: int) -> str:
        more = f", the first {shown} shown" if len(self) > shown else ""
        return _counted(len(self), "row", more, self.is_cut)

    def __repr__(self) -> str:
        """Return the first rows as aligned text, IRIs in their short form.

        >>> Table(["code", "n"], [[Iri(PREFIXES["ICD10CM"] + "M54"), 3]])
        code         n
        -----------  -
        ICD10CM:M54  3
        [1 row]
        """
        rows = self._rows[:SHOWN]
        cells = [[short(value).replace("\n", " ") for value in row] for row in rows]
        columns = zip(self.variables, *cells, strict=True)
        widths = [max(map(len, column)) for column in columns]
        lines = [self.variables, ["-" * width for width in widths], *cells]
        drawn = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
        return "\n".join([*drawn, f"[{self._count(SHOWN)}]", *self.hints])


class Triple(NamedTuple):
    """One triple; ``pandas.DataFrame(triples)`` has a column for each field."""

    subject: Value
    predicate: Value
    object: Value


class Triples(tuple[Triple, ...]):
    """The answer to a CONSTRUCT or DESCRIBE query: its triples, sorted.

    ``str`` makes Turtle of it, which also has the languages and types of literals.
    """

    turtle: str
    is_cut: bool
    """Whether there are more triples, beyond the limit."""
    hints: tuple[str, ...] = ()
    """Terms of the query that are wrong, where there are no triples."""

    def __new__(
        cls, triples: Iterable[Triple], turtle: str, *, is_cut: bool = False
    ) -> Triples:
        """Return the answer *triples*, which *turtle* writes."""
        answer = super().__new__(cls, triples)
        answer.turtle, answer.is_cut = turtle, is_cut
        return answer

    @property
    def table(self) -> Table:
        """The triples as a table of three columns, for frames and CSV."""
        return Table(Triple._fields, self, is_cut=self.is_cut)

    def jsonld(self) -> str:
        """Return the triples as JSON-LD, one document per subject, with full IRIs."""
        from icdgraph.rdf.triple_formats import convert

        return convert(self.turtle, "application/ld+json").decode()

    def __str__(self) -> str:
        """Return the triples as Turtle.

        >>> from icdgraph.toy import toy
        >>> text = "CONSTRUCT { ?s skos:altLabel ?o } { ?s skos:altLabel ?o }"
        >>> print(str(toy().sparql(text)).splitlines()[-1])
        ICD10CM:M54.50 skos:altLabel "Loin pain"@en , "Lumbago NOS"@en .
        """
        return self.turtle

    def __repr__(self) -> str:
        """Return the first lines of the Turtle, and the number of triples."""
        lines = [ln for ln in self.turtle.splitlines() if not ln.startswith("@prefix")]
        more = f", the first {SHOWN} lines shown" if len(lines) > SHOWN else ""
        count = _counted(len(self), "triple", more, self.is_cut)
        return "\n".join([*lines[:SHOWN], f"[{count}]", *self.hints])


Answer = Table | Triples | bool


def _counted(number: int, noun: str, more: str, is_cut: bool) -> str:
    cut = ", cut at the limit" if is_cut else ""
    return f"{number:,} {noun}{'' if number == 1 else 's'}{more}{cut}"


def _cell(value: Value) -> str:
    if not isinstance(value, Iri):
        return escape(plain(value))
    return f'<a href="{escape(value)}">{escape(value.short)}</a>'


def plain(value: Value) -> str:
    """Return *value* as text, with full IRIs and booleans as in XML Schema."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def short(value: Value) -> str:
    """Return *value* as text, with IRIs as prefixed names."""
    return value.short if isinstance(value, Iri) else plain(value)
