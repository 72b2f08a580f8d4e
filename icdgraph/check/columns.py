"""How the codes stand in a table, and each batch of it as one long form.

    long   a row a code:      encounter, code, and maybe the order of the codes
    wide   a row many codes:  encounter, dx1, dx2, ... dx25, blanks after the last

A batch of either becomes rows of `LONG`, codes as numbers of a `Vocabulary`.  What has
no encounter, no code (in the long form), is not UTF-8 or has no readable order goes
aside with the reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.guidelines import days
from icdgraph.check.source import Aside, Batch, Source
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from icdgraph.check.code_lookup import Vocabulary

LONG = ("encounter", "node", "order", "setting", "days", "row")
"""Columns of a batch in the long form; *row* is the number in the table, from 1."""
NATURAL = {"i": 1, "o": 2}
"""The setting by the first letter of what a column says of it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns hold what; *encounter* None: in the wide form, each row is one."""

    encounter: str | None
    codes: tuple[str, ...]
    order: str | None = None
    setting: str | None = None
    age: str | None = None

    @property
    def is_wide(self) -> bool:
        """Whether a row holds several codes."""
        return len(self.codes) > 1 or self.encounter is None

    @property
    def columns(self) -> list[str]:
        """The columns to read, the encounter's first."""
        named = (self.encounter, *self.codes, self.order, self.setting, self.age)
        return list(dict.fromkeys(name for name in named if name is not None))

    def bound(self, table: Source) -> Layout:
        """Return the layout with patterns such as ``dx*`` put as columns of *table*.

        Raises `ParseError` for a column that the table does not have.
        """
        codes = [n for name in self.codes for n in _matching(name, table)]
        found = replace(self, codes=tuple(dict.fromkeys(codes)))
        for name in found.columns:
            if name not in table.names:
                raise ParseError(
                    f"{name!r} is not a column of {table.what}; one of "
                    f"{', '.join(table.names)} would be right"
                )
        if found.is_wide and found.order:
            raise ParseError(
                f"{found.order!r} orders codes that stand one a row; without it the "
                "columns are taken in their order, which would be right here"
            )
        return found


def _matching(name: str, table: Source) -> Sequence[str]:
    """Return the columns that *name* means, numbers in them in their order."""
    if name in table.names or not any(sign in name for sign in "*?["):
        return [name]
    found = [column for column in table.names if fnmatchcase(column, name)]
    if not found:
        raise ParseError(
            f"{name!r} matches no column of {table.what}; a pattern for some of "
            f"{', '.join(table.names)} would be right"
        )
    return sorted(found, key=_naturally)


def _naturally(name: str) -> tuple[str, int]:
    bare = name.rstrip("0123456789")
    return bare, int(name[len(bare) :] or 0)


def long_form(
    layout: Layout,
    batch: Batch,
    vocabulary: Vocabulary,
    aside: Callable[[Aside], None],
) -> pa.RecordBatch:
    """Return *batch* in the long form; what cannot be checked goes to *aside*."""
    import pyarrow as pa

    given = {name: _plain(batch.columns.column(name)) for name in layout.columns}
    encounter, faults = _encounters(layout, batch, given)
    order = None
    if layout.order:
        order, wrong = _numbers(given[layout.order])
        faults.append(("the order is no number", wrong))
    setting = _looked_up(given, layout.setting, _setting)
    age = _looked_up(given, layout.age, _days)
    for name, column in list(given.items()):
        given[name], wrong = _decoded(column)
        faults.append((f"{name} is not UTF-8", wrong))
    if not layout.is_wide:
        faults.append(("the code is missing", _blank(given[layout.codes[0]])))
    kept = np.flatnonzero(~_set_aside(given, batch.rows, faults, aside))
    codes, row = _codes([given[name] for name in layout.codes], kept)
    return pa.RecordBatch.from_arrays(
        [
            encounter.take(pa.array(row)),
            pa.array(vocabulary.numbers(codes)),
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
    layout: Layout, batch: Batch, given: dict[str, Any]
) -> tuple[Any, list[tuple[str, NDArray[np.bool_]]]]:
    """Return the column of encounters, and the rows that have none."""
    import pyarrow as pa

    if layout.encounter is None:
        return pa.array(batch.rows), []
    found, wrong = _decoded(given[layout.encounter])
    missing = _blank(found) & ~wrong
    return found, [("the encounter is missing", missing)]


def _plain(column: Any) -> Any:
    """Return *column* as an array of one of few types: views and bytes put plain."""
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
    """Return *column* with bytes read as UTF-8, and which of them are none."""
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
    """Return which values of *column* are null, NaN or nothing but space."""
    import pyarrow as pa
    from pyarrow import compute as pc

    if pa.types.is_dictionary(column.type):
        blank = np.append(_blank(column.dictionary), True)
        return blank[_indices(column)]
    found = pc.is_null(column, nan_is_null=True)
    if pa.types.is_string(column.type):
        # Few texts are short of a first character that is no space.
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
    return float(NATURAL.get(str(value).strip()[:1].lower(), 0))


def _days(value: Any) -> float | None:
    try:
        return days(value)
    except ParseError:
        return None


def _set_aside(
    given: dict[str, Any],
    rows: NDArray[np.int64],
    faults: list[tuple[str, NDArray[np.bool_]]],
    aside: Callable[[Aside], None],
) -> NDArray[np.bool_]:
    """Return which rows are faulty, each told to *aside* with its first fault."""
    out = np.zeros(len(rows), dtype=bool)
    for reason, wrong in faults:
        for i in np.flatnonzero(wrong & ~out).tolist():
            values = {name: column[i].as_py() for name, column in given.items()}
            text = json.dumps(values, ensure_ascii=False, default=str)
            aside(Aside(int(rows[i]), reason, text))
        out |= wrong
    return out


def _codes(
    columns: list[Any], kept: NDArray[np.int64]
) -> tuple[Any, NDArray[np.int64]]:
    """Return the codes of the rows *kept*, blanks left out, and the row of each."""
    import pyarrow as pa

    if len(columns) == 1 and len(kept) == len(columns[0]):
        found, row = _texts(columns[0]), kept
    else:
        parts = [_texts(column).take(pa.array(kept)) for column in columns]
        place = np.arange(len(parts) * len(kept)).reshape(len(parts), -1).T.ravel()
        joined = pa.chunked_array(parts).unify_dictionaries().combine_chunks()
        found = joined.take(pa.array(place))
        row = np.repeat(kept, len(parts))
    full = np.flatnonzero(~_blank(found))
    if len(full) < len(row):
        found, row = found.take(pa.array(full)), row[full]
    return found, row


def _texts(column: Any) -> Any:
    """Return *column* as a dictionary of texts."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        if not pa.types.is_string(column.type):
            column = column.cast(pa.string())
        column = column.dictionary_encode()
    return column
