"""What may be asked in an address, and how much of it: one record a parameter.

The record reads the value and refuses what does not fit, and says the same thing to
the description of the API.  What is not known is refused by name, never ignored, so
that a misspelt parameter is noticed; but for ``_``, which jQuery adds against caches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.datastructures import QueryParams

Values = dict[str, Any]
IGNORED = frozenset({"_"})


class Unfit(Exception):
    """A request that cannot be read; *status* and what to say."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most *most* characters; one of *choices*, where there are any."""

    name: str
    says: str
    default: str | None = ""
    most: int = 200
    choices: tuple[str, ...] = ()

    def read(self, given: str) -> str:
        """Return *given*, or raise `Unfit`.

        >>> Text("df", "fields", "code", choices=("code", "name")).read("code")
        'code'
        """
        if len(given) > self.most:
            raise Unfit(
                f"{self.name} has {len(given):,} characters; at most {self.most:,} "
                "would be right"
            )
        if self.choices and given not in self.choices:
            known = ", ".join(repr(one) for one in self.choices)
            raise Unfit(f"{self.name}={given!r} is none of {known}")
        return given

    def schema(self) -> dict[str, Any]:
        """Return the parameter's JSON Schema."""
        found: dict[str, Any] = {"type": "string", "maxLength": self.most}
        if self.choices:
            found["enum"] = list(self.choices)
        if self.default:
            found["default"] = self.default
        return found


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from *least* to *most*; *empty* is what no digits mean."""

    name: str
    says: str
    default: int | None = None
    least: int = 0
    most: int = 500
    empty: int | None = None

    def read(self, given: str) -> int:
        """Return *given* as a number, or raise `Unfit`.

        >>> Number("count", "rows", 7, 1, 500).read("20")
        20
        """
        if not given and self.empty is not None:
            return self.empty
        if not (given.isascii() and given.isdecimal()) or not (
            self.least <= int(given[:9]) <= self.most
        ):
            raise Unfit(
                f"{self.name}={given[:40]!r} is not from {self.least} to {self.most}"
            )
        return int(given)

    def schema(self) -> dict[str, Any]:
        """Return the parameter's JSON Schema."""
        found: dict[str, Any] = {
            "type": "integer",
            "minimum": self.least,
            "maximum": self.most,
        }
        if self.default is not None:
            found["default"] = self.default
        return found


@dataclass(frozen=True, slots=True)
class Fields:
    """Names out of *known*, with commas between; *default* are those not asked for."""

    name: str
    says: str
    known: tuple[str, ...]
    default: tuple[str, ...] = ()

    def read(self, given: str) -> tuple[str, ...]:
        """Return the names in *given*, or raise `Unfit`.

        >>> Fields("df", "columns", ("code", "name")).read("name, code")
        ('name', 'code')
        """
        names = tuple(name.strip() for name in given[:500].split(",") if name.strip())
        for name in names:
            if name not in self.known:
                right = ", ".join(self.known)
                raise Unfit(f"{self.name}: {name[:40]!r} is no field; {right} are")
        return names

    def schema(self) -> dict[str, Any]:
        """Return the parameter's JSON Schema."""
        fields = "|".join(self.known)
        return {
            "type": "string",
            "pattern": f"^(({fields})(,({fields}))*)?$",
            "default": ",".join(self.default),
        }


Parameter = Text | Number | Fields


def read(given: QueryParams, parameters: Iterable[Parameter]) -> Values:
    """Return the value of each of *parameters*, its default where it is not *given*.

    A parameter whose default is None must be given, unless it is a number.  Raises
    `Unfit`.

    >>> from starlette.datastructures import QueryParams
    >>> read(QueryParams("count=3"), [Number("count", "rows", 7)])
    {'count': 3}
    """
    known = {parameter.name: parameter for parameter in parameters}
    _refuse_strangers(given, known)
    found: Values = {}
    for name, parameter in known.items():
        values = given.getlist(name)
        if len(values) > 1:
            raise Unfit(f"{name} is given {len(values)} times; once would be right")
        if values:
            found[name] = parameter.read(values[0])
        elif isinstance(parameter, Text) and parameter.default is None:
            raise Unfit(f"{name} is missing; it is needed: {parameter.says}")
        else:
            found[name] = parameter.default
    return found


def _refuse_strangers(given: QueryParams, known: Mapping[str, Parameter]) -> None:
    strangers = sorted(set(given) - known.keys() - IGNORED)
    if strangers:
        right = ", ".join(known) or "none"
        raise Unfit(
            f"{strangers[0][:40]!r} is not a parameter here; {right} would be right"
        )
