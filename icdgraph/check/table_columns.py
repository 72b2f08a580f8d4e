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
from icdgraph.check.source import Reject, RejectedRow, TableBatch
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from icdgraph.check.code_lookup import CodeLookup

LONG = ("encounter", "node", "order", "setting", "days", "sex", "row")
"""Columns of a batch in the long form; *row* is the number in the table, from 1."""
_SETTING_BY_LETTER = {"i": 1, "o": 2}
_SEX_BY_LETTER = {"f": 1, "w": 1, "2": 1, "m": 2, "1": 2}
"""The setting and the sex, by the first letter of what a column has for them.

A woman is F or 2, a man M or 1, as on claims.
"""


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
    sex: str | None = None

    @property
    def code_columns(self) -> tuple[str, ...]:
        """The columns of the codes."""
        return (self.codes,) if isinstance(self.codes, str) else tuple(self.codes)

    @property
    def is_wide(self) -> bool:
        """Whether a row has several codes."""
        return len(self.code_columns) > 1 or self.encounter is None

    @property
    def ordered(self) -> str:
        """What the codes of an encounter are in the order of, in words."""
        if self.order:
            return f"by column {self.order}"
        return f"by column, {self.code_columns[0]} first" if self.is_wide else "by row"

    @property
    def names(self) -> list[str]:
        """The columns to read, the encounter's first."""
        others = (self.order, self.setting, self.age, self.sex)
        named = (self.encounter, *self.code_columns, *others)
        return list(dict.fromkeys(name for name in named if name is not None))

    def of_table(self, table: str, names: Sequence[str]) -> TableColumns:
        """Return these columns with patterns such as ``dx*`` replaced by names.

        *names* are all columns of *table*.  Raises `ParseError` for one that is not
        among them.
        """
        codes = [n for name in self.code_columns for n in _matching(name, table, names)]
        columns = replace(self, codes=tuple(dict.fromkeys(codes)))
        for name in columns.names:
            if name not in names:
                raise ParseError(
                    f"no column {name!r} in {table}: expected one of {', '.join(names)}"
                )
        if columns.is_wide and columns.order:
            raise ParseError(
                f"the order column {columns.order!r} needs one code in each row; with "
                "several, the codes are in the order of their columns. Leave it out."
            )
        return columns


def _matching(name: str, table: str, names: Sequence[str]) -> Sequence[str]:
    """Return the columns that *name* means, in the order of the numbers in them."""
    if name in names or not any(sign in name for sign in "*?["):
        return [name]
    matches = [column for column in names if fnmatchcase(column, name)]
    if not matches:
        raise ParseError(
            f"no column of {table} matches {name!r}: expected a pattern for some of "
            f"{', '.join(names)}"
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

    given: dict[str, Any] = {}
    faults: dict[str, NDArray[np.bool_]] = {}
    for name in columns.names:
        column, is_faulty = _decoded(batch.columns.column(name))
        given[name], faults[f"{name} is not UTF-8"] = column, is_faulty
    encounter = pa.array(batch.rows)
    if columns.encounter is not None:
        encounter = given[columns.encounter]
        faults["the encounter is missing"] = _blank(encounter)
    order, faults["the order is not a number"] = _read(given, columns.order, _number)
    setting, _ = _read(given, columns.setting, _setting)
    age, _ = _read(given, columns.age, _days)
    sex, _ = _read(given, columns.sex, _sex)
    codes = [_texts(given[name]) for name in columns.code_columns]
    missing = "all codes are blank" if columns.is_wide else "the code is missing"
    faults[missing] = np.logical_and.reduce([_blank(column) for column in codes])
    texts, row = _codes(codes, ~_rejected(given, batch.rows, faults, reject))
    found = [
        encounter.take(pa.array(row)),
        lookup.numbers(texts),
        *(numbers[row] for numbers in (order, setting, age, sex)),
        batch.rows[row],
    ]
    return pa.RecordBatch.from_arrays(list(map(pa.array, found)), names=list(LONG))


def _decoded(column: Any) -> tuple[Any, NDArray[np.bool_]]:
    """Return *column* with its texts as strings, and which of them are not UTF-8."""
    import pyarrow as pa

    types = pa.types
    kind, fine = column.type, np.zeros(len(column), dtype=bool)
    if types.is_dictionary(kind):
        return (_texts(column) if _is_text(kind.value_type) else column), fine
    if _is_text(kind):
        return column.cast(pa.string()), fine
    if not (types.is_binary(kind) or types.is_large_binary(kind)):
        return column, fine
    try:
        return column.cast(pa.string()), fine
    except pa.ArrowInvalid:
        values = [value or b"" for value in column.to_pylist()]
        texts = [value.decode("utf-8", errors="backslashreplace") for value in values]
        pairs = zip(values, texts, strict=True)
        is_faulty = np.array([value != text.encode() for value, text in pairs])
        return pa.array(texts, pa.string()), is_faulty


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return kind in (pa.string(), pa.large_string(), pa.string_view())


def _texts(column: Any) -> Any:
    """Return *column* as a dictionary of texts."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        return column.cast(pa.string()).dictionary_encode()
    texts = column.dictionary.cast(pa.string())
    return pa.DictionaryArray.from_arrays(column.indices, texts)


def _blank(column: Any) -> NDArray[np.bool_]:
    """Return which values of *column* are null, NaN, empty or white space."""
    import pyarrow as pa
    from pyarrow import compute as pc

    if pa.types.is_dictionary(column.type):
        return np.append(_blank(column.dictionary), True)[_indices(column)]
    is_blank = pc.is_null(column, nan_is_null=True)
    if pa.types.is_string(column.type):
        is_empty = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(column)), 0)
        is_blank = pc.or_(is_blank, pc.fill_null(is_empty, True))
    return np.asarray(is_blank.to_numpy(zero_copy_only=False), dtype=bool)


def _indices(column: Any) -> NDArray[np.int64]:
    """Return the indices of a dictionary column, -1 where it is null."""
    from pyarrow import compute as pc

    return np.asarray(pc.fill_null(column.indices.cast("int64"), -1).to_numpy())


def _read(
    given: dict[str, Any], name: str | None, read: Callable[[Any], float | None]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return *read* of each value of the column *name*, and where it returns None.

    Numbers are NaN there, and everywhere if there is no such column.
    """
    import pyarrow as pa

    if name is None:
        size = len(next(iter(given.values())))
        return np.full(size, np.nan), np.zeros(size, dtype=bool)
    column = given[name]
    if pa.types.is_integer(column.type) and read is _number:
        numbers = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return numbers, np.zeros(len(numbers), dtype=bool)
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    values = [v if v is None else read(v) for v in column.dictionary.to_pylist()]
    at = _indices(column)
    # The last one is for null, whose index is -1.
    is_faulty = np.array([*(value is None for value in values), False])
    return np.array([*values, None], dtype=float)[at], is_faulty[at]


def _number(value: Any) -> float | None:
    text = str(value).strip()
    try:
        return float(text) if text else float("nan")
    except ValueError:
        return None


def _setting(value: Any) -> float | None:
    return float(_SETTING_BY_LETTER.get(str(value).strip()[:1].lower(), 0))


def _sex(value: Any) -> float | None:
    return float(_SEX_BY_LETTER.get(str(value).strip()[:1].lower(), 0))


def _days(value: Any) -> float | None:
    try:
        return days(value)
    except ParseError:
        return None


def _rejected(
    given: dict[str, Any],
    rows: NDArray[np.int64],
    faults: dict[str, NDArray[np.bool_]],
    reject: Reject,
) -> NDArray[np.bool_]:
    """Return which rows are faulty, and reject each for its first fault."""
    out = np.zeros(len(rows), dtype=bool)
    for reason, is_faulty in faults.items():
        for i in np.flatnonzero(is_faulty & ~out).tolist():
            values = {name: column[i].as_py() for name, column in given.items()}
            text = json.dumps(values, ensure_ascii=False, default=str)
            reject(RejectedRow(int(rows[i]), reason, text))
        out |= is_faulty
    return out


def _codes(
    columns: list[Any], is_kept: NDArray[np.bool_]
) -> tuple[Any, NDArray[np.int64]]:
    """Return the codes of the rows to keep without blanks, and the row of each."""
    import pyarrow as pa

    kept = np.flatnonzero(is_kept)
    joined = pa.chunked_array([column.take(pa.array(kept)) for column in columns])
    texts = joined.unify_dictionaries().combine_chunks()
    # Column by column so far: now row by row.
    row, column = np.nonzero(~_blank(texts).reshape(len(columns), -1).T)
    return texts.take(pa.array(column * len(kept) + row)), kept[row]
