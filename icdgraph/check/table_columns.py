"""Which columns of a table hold the codes, and each batch of it in one long form.

    long   a row for each code:    encounter, code, and maybe the order of the codes
    wide   a row of several codes: encounter, dx1, dx2, ... dx25, blanks after the last

A batch of either becomes rows of `LONG`, with codes as numbers of a `CodeLookup`.  A
row is rejected, with the reason, if it has no encounter or no code, is not UTF-8, or
its order is not a number.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.guidelines import days
from icdgraph.check.source import Reject, RejectedRow, TableBatch, TableSource
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from icdgraph.check.code_lookup import CodeLookup

LONG = ("encounter", "node", "order", "setting", "days", "row")
"""Columns of a batch in the long form; *row* is the number in the table, from 1."""
_SETTING_BY_LETTER = {"i": 1, "o": 2}
"""The setting, by the first letter of what a column has for it."""


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Which columns hold what.

    *codes* are one column or several, or patterns such as ``dx*``.  Without *encounter*
    each row is an encounter.
    """

    encounter: str | None
    codes: str | Sequence[str]
    order: str | None = None
    setting: str | None = None
    age: str | None = None

    @property
    def code_columns(self) -> tuple[str, ...]:
        """The columns of the codes."""
        return (self.codes,) if isinstance(self.codes, str) else tuple(self.codes)

    @property
    def is_wide(self) -> bool:
        """Whether a row has several codes."""
        return len(self.code_columns) > 1 or self.encounter is None

    @property
    def names(self) -> list[str]:
        """The columns to read, the encounter's first."""
        others = (self.order, self.setting, self.age)
        named = (self.encounter, *self.code_columns, *others)
        return list(dict.fromkeys(name for name in named if name is not None))

    def of_table(self, table: TableSource) -> TableColumns:
        """Return these columns with patterns such as ``dx*`` replaced by names.

        Raises `ParseError` for a column that *table* does not have.
        """
        codes = [n for name in self.code_columns for n in _matching(name, table)]
        columns = replace(self, codes=tuple(dict.fromkeys(codes)))
        for name in columns.names:
            if name not in table.columns:
                raise ParseError(
                    f"no column {name!r} in {table.name}: expected one of "
                    f"{', '.join(table.columns)}"
                )
        if columns.is_wide and columns.order:
            raise ParseError(
                f"the order column {columns.order!r} needs one code in each row; with "
                "several, the codes are in the order of their columns. Leave it out."
            )
        return columns


def _matching(name: str, table: TableSource) -> Sequence[str]:
    """Return the columns that *name* means, in the order of the numbers in them."""
    if name in table.columns or not any(sign in name for sign in "*?["):
        return [name]
    matches = [column for column in table.columns if fnmatchcase(column, name)]
    if not matches:
        raise ParseError(
            f"no column of {table.name} matches {name!r}: expected a pattern for some "
            f"of {', '.join(table.columns)}"
        )
    return sorted(matches, key=_name_and_number)


def _name_and_number(name: str) -> tuple[str, int]:
    bare = name.rstrip("0123456789")
    return bare, int(name[len(bare) :] or 0)


def long_form(
    columns: TableColumns, batch: TableBatch, lookup: CodeLookup, reject: Reject
) -> pa.RecordBatch:
    """Return *batch* in the long form, without the rows that are rejected."""
    import pyarrow as pa

    given = {name: _plain(batch.columns.column(name)) for name in columns.names}
    encounter, faults = _encounters(columns, batch, given)
    order = None
    if columns.order:
        order, wrong = _numbers(given[columns.order])
        faults.append(("the order is not a number", wrong))
    setting = _looked_up(given, columns.setting, _setting)
    age = _looked_up(given, columns.age, _days)
    for name, column in list(given.items()):
        given[name], wrong = _decoded(column)
        faults.append((f"{name} is not UTF-8", wrong))
    codes = [given[name] for name in columns.code_columns]
    if not columns.is_wide:
        faults.append(("the code is missing", _blank(codes[0])))
    kept = np.flatnonzero(~_rejected(given, batch.rows, faults, reject))
    texts, row = _codes(codes, kept)
    empty = np.zeros(len(batch.rows), dtype=bool)
    empty[kept] = True
    empty[row] = False
    _rejected(given, batch.rows, [("all codes are blank", empty)], reject)
    return pa.RecordBatch.from_arrays(
        [
            encounter.take(pa.array(row)),
            pa.array(lookup.numbers(texts)),
            *(
                pa.nulls(len(row), pa.float64())
                if column is None
                else pa.array(column[row])
                for column in (order, setting, age)
            ),
            pa.array(batch.rows[row]),
        ],
        names=list(LONG),
    )


def _encounters(
    columns: TableColumns, batch: TableBatch, given: dict[str, Any]
) -> tuple[Any, list[tuple[str, NDArray[np.bool_]]]]:
    """Return the column of encounters, and the rows that have none."""
    import pyarrow as pa

    if columns.encounter is None:
        return pa.array(batch.rows), []
    encounter, wrong = _decoded(given[columns.encounter])
    missing = _blank(encounter) & ~wrong
    return encounter, [("the encounter is missing", missing)]


def _plain(column: Any) -> Any:
    """Return *column* as an array of one of few types, without views."""
    import pyarrow as pa

    types = pa.types
    kind = column.type
    if types.is_dictionary(kind):
        if types.is_string(kind.value_type):
            return column
        if types.is_large_string(kind.value_type) or types.is_string_view(
            kind.value_type
        ):
            texts = column.dictionary.cast(pa.string())
            return pa.DictionaryArray.from_arrays(column.indices, texts)
        return _plain(column.dictionary_decode())
    if types.is_large_string(kind) or types.is_string_view(kind):
        return column.cast(pa.string())
    if types.is_large_binary(kind) or types.is_binary_view(kind):
        return column.cast(pa.binary())
    return column


def _decoded(column: Any) -> tuple[Any, NDArray[np.bool_]]:
    """Return *column* with bytes read as UTF-8, and which of them are not UTF-8."""
    import pyarrow as pa

    fine = np.zeros(len(column), dtype=bool)
    if not pa.types.is_binary(column.type):
        return column, fine
    try:
        return column.cast(pa.string()), fine
    except pa.ArrowInvalid:
        values = [value or b"" for value in column.to_pylist()]
        wrong = np.array([not _is_utf8(value) for value in values])
        texts = [value.decode("utf-8", errors="backslashreplace") for value in values]
        return pa.array(texts, pa.string()), wrong


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _blank(column: Any) -> NDArray[np.bool_]:
    """Return which values of *column* are null, NaN, empty or white space."""
    import pyarrow as pa
    from pyarrow import compute as pc

    if pa.types.is_dictionary(column.type):
        blank = np.append(_blank(column.dictionary), True)
        return blank[_indices(column)]
    found = pc.is_null(column, nan_is_null=True)
    if pa.types.is_string(column.type):
        blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(column)), 0)
        found = pc.or_(found, pc.fill_null(blank, True))
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _indices(column: Any) -> NDArray[np.int64]:
    """Return the indices of a dictionary column, -1 where it is null."""
    from pyarrow import compute as pc

    found = pc.fill_null(column.indices.cast("int64"), -1)
    return np.asarray(found.to_numpy())


def _numbers(column: Any) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return *column* as numbers, NaN where there is none, and which are unreadable."""
    return _by_value(column, _number)


def _number(value: Any) -> float | None:
    text = str(value).strip()
    try:
        return float(text) if text else float("nan")
    except ValueError:
        return None


def _by_value(
    column: Any, read: Callable[[Any], float | None]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return *read* of each value, once for each that occurs, and where it fails."""
    import pyarrow as pa

    decoded, _ = _decoded(column)
    if pa.types.is_integer(decoded.type) and read is _number and not decoded.null_count:
        return np.asarray(decoded.to_numpy(), dtype=float), np.zeros(len(decoded), bool)
    if not pa.types.is_dictionary(decoded.type):
        decoded = decoded.dictionary_encode()
    values = [None if v is None else read(v) for v in decoded.dictionary.to_pylist()]
    known = [np.nan if value is None else value for value in values]
    found = np.array([*known, np.nan])
    wrong = np.array([*(value is None for value in values), False])
    at = _indices(decoded)
    return found[at], wrong[at]


def _looked_up(
    given: dict[str, Any], name: str | None, read: Callable[[Any], float | None]
) -> NDArray[np.float64] | None:
    return None if name is None else _by_value(given[name], read)[0]


def _setting(value: Any) -> float | None:
    return float(_SETTING_BY_LETTER.get(str(value).strip()[:1].lower(), 0))


def _days(value: Any) -> float | None:
    try:
        return days(value)
    except ParseError:
        return None


def _rejected(
    given: dict[str, Any],
    rows: NDArray[np.int64],
    faults: list[tuple[str, NDArray[np.bool_]]],
    reject: Reject,
) -> NDArray[np.bool_]:
    """Return which rows are faulty, and reject each for its first fault."""
    out = np.zeros(len(rows), dtype=bool)
    for reason, wrong in faults:
        for i in np.flatnonzero(wrong & ~out).tolist():
            values = {name: column[i].as_py() for name, column in given.items()}
            text = json.dumps(values, ensure_ascii=False, default=str)
            reject(RejectedRow(int(rows[i]), reason, text))
        out |= wrong
    return out


def _codes(
    columns: list[Any], kept: NDArray[np.int64]
) -> tuple[Any, NDArray[np.int64]]:
    """Return the codes of the rows *kept* without blanks, and the row of each."""
    import pyarrow as pa

    if len(columns) == 1 and len(kept) == len(columns[0]):
        texts, row = _texts(columns[0]), kept
    else:
        parts = [_texts(column).take(pa.array(kept)) for column in columns]
        place = np.arange(len(parts) * len(kept)).reshape(len(parts), -1).T.ravel()
        joined = pa.chunked_array(parts).unify_dictionaries().combine_chunks()
        texts = joined.take(pa.array(place))
        row = np.repeat(kept, len(parts))
    full = np.flatnonzero(~_blank(texts))
    if len(full) < len(row):
        texts, row = texts.take(pa.array(full)), row[full]
    return texts, row


def _texts(column: Any) -> Any:
    """Return *column* as a dictionary of texts."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        if not pa.types.is_string(column.type):
            column = column.cast(pa.string())
        column = column.dictionary_encode()
    return column
