"""The small grammar of references inside notes: text into what it names.

Where no codes stand in parentheses, a note names those in its prose:

    note       =  words ( "(" list ")" condition? )*  words     others are mentions
               |  words list condition?  words
    list       =  item ( separator item )*                       "," ";" "." "and" "or"
    item       =  code mark? ( dash code mark? | "to" code mark? )?
    mark       =  "."? "-"*                                      all below the code
    condition  =  "with" place values                            by character
               |  "with" place "to indicate intent"
               |  "with" ending ( separator ending )*            by ending: .17, -23
               |  "with" words place                             by its meaning
               |  "with" words                                   by words in the title

    (T36-T50 with fifth or sixth character 5)
     |--item--|    |-------place---------| |value

"for codes G31.0-G31.83, ..., use" does not name what is to be coded: it narrows the
codes that the note speaks to.  That is the note's scope.  "for adverse effects, the
nature of the adverse effect" narrows it as well, to codes of that intent.

This module knows the grammar and no code: whether M51.2 exists is for others to say.
Every reference keeps its span in the note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from icdgraph.codes import CODE, Code
from icdgraph.model import DefectKind

_ITEM = re.compile(
    rf"(?<![A-Za-z0-9.])(?P<first>{CODE})(?![A-Za-z0-9])"
    rf"(?:\.?-*?(?:\s*-\s*|\s+to\s+)(?P<last>{CODE})(?![A-Za-z0-9])\.?-*"
    r"|(?P<mark>\.?-*))"
)
_SEPARATOR = re.compile(r"(?:\s*[,;.]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+|\s+)")
_LEAD = re.compile(r"\s*(?:(?:see|codes?|categor(?:y|ies)|subcategor(?:y|ies))\s+)*")
_PARENTHESIS = re.compile(r"\((?P<inside>[^(){}]*)(?P<close>[)}]?)")
_SCOPE = re.compile(r"\bfor (?:codes? )?(?=[A-Z][0-9])", re.IGNORECASE)
_FOR_ADVERSE_EFFECTS = re.compile(r"\W*for adverse effects?\b", re.IGNORECASE)
_UNREADABLE = re.compile(r"\s*[A-Z][0-9]{1,2}\.[0-9A-Z.-]*\s*\Z")

_ORDINALS = {
    word: place
    for place, words in {
        3: "third 3rd",
        4: "fourth 4th",
        5: "fifth 5th",
        6: "sixth six 6th",
        7: "seventh 7th",
        0: "final last",
    }.items()
    for word in words.split()
}
_ORDINAL = "|".join(_ORDINALS)
_PLACE = rf"(?P<place>{_ORDINAL})(?:\s+(?P<joint>or|to)\s+(?P<other>{_ORDINAL}))?"
_NOUN = r"[\s-]+(?:character|digit)s?"
_VALUE = r"-?\.?[0-9A-Z]{1,3}(?:\s?-\s?\.?[0-9A-Z]{1,3}(?![0-9A-Z])|-)?(?![0-9A-Za-z])"
_VALUES = rf"(?P<values>{_VALUE}(?:(?:\s*[,.]\s*|\s+)(?:or\s+|and\s+)?{_VALUE})*)"
_WITH = r",?\s*with\s+"

_BY_CHARACTER = re.compile(rf"(?i:{_WITH}{_PLACE}{_NOUN})\s+{_VALUES}")
_BY_INTENT = re.compile(
    rf"{_WITH}{_PLACE}{_NOUN}\s+to\s+indicate\s+intent", re.IGNORECASE
)
_BY_ENDING = re.compile(rf"{_WITH}{_VALUES}")
_BY_CHARACTER_MEANING = re.compile(
    rf"{_WITH}(?P<words>[a-z][a-z ]*?)\s+{_PLACE}{_NOUN}", re.IGNORECASE
)
_BY_TITLE = re.compile(r",?\s*(?P<words>with\s+[a-z][a-z -]*)", re.IGNORECASE)


ADVERSE_EFFECT = "5"
"""The character of intent of a drug properly given, as in T36.0X5."""


class Criterion(StrEnum):
    """What a condition looks at."""

    PLACE = "place"
    INTENT = "intent"
    ENDING = "ending"
    CHARACTER_MEANING = "meaning of the seventh character"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Condition:
    """Which of the codes below the items are meant.

    ``PLACE``: the characters from *places* (first, last) are one of *values*.
    ``INTENT``: the intent character of a code of T36-T65 is one of *values*; without
    values, it may be any.  ``ENDING``: what follows the category starts with a value,
    or ends with it where the value is written "-23".  The two meanings: *words* stand
    in the title, or in the meaning of the seventh character.
    """

    criterion: Criterion
    places: tuple[int, int] = (0, 0)
    values: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class CodeItem:
    """A code and all below it, or a range with both its ends."""

    first: Code
    last: Code | None
    span: tuple[int, int]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A list of items under one condition; *span* is its place in the note.

    *unread* holds words that qualify the list and were not understood.
    """

    items: tuple[CodeItem, ...]
    span: tuple[int, int]
    condition: Condition | None = None
    unread: str = ""
    in_parentheses: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What a note's text names: its targets, its scope, and what else it mentions.

    *intent* is the intent that the codes of the scope have, empty where it may be any.
    *defects* are faults of the print that need no knowledge of the codes.
    """

    references: tuple[Reference, ...] = ()
    scope: tuple[CodeItem, ...] = ()
    mentions: tuple[CodeItem, ...] = ()
    defects: tuple[tuple[DefectKind, str], ...] = ()
    intent: str = ""


def parse(text: str) -> Reading:
    """Return what *text*, the text of a note, names.

    >>> [r.items[0].first for r in parse("lumbago (M54.5-)").references]
    ['M54.5']
    >>> drugs = parse("drug (T36-T50 with fifth or sixth character 5)").references[0]
    >>> drugs.items[0].last, drugs.condition.places, drugs.condition.values
    ('T50', (5, 6), ('5',))
    >>> parse("any type in A15 (J65)").mentions[0].first
    'A15'
    """
    references: list[Reference] = []
    defects: list[tuple[DefectKind, str]] = []
    prose = text
    for match in _PARENTHESIS.finditer(text):
        inside = match["inside"]
        start = _LEAD.match(text, match.start("inside"))
        if start and _ITEM.match(text, start.end(), match.end("inside")):
            reference = _in_parentheses(text, start.end(), match)
            references.append(reference)
            end = max(match.end(), reference.span[1])
            prose = _blank(prose, match.start(), end)
            if match["close"] != ")":
                defects.append((DefectKind.UNBALANCED, match[0]))
        elif _UNREADABLE.match(inside):
            defects.append((DefectKind.UNREADABLE, match[0]))
            prose = _blank(prose, match.start(), match.end())
    scope: list[CodeItem] = []
    for match in _SCOPE.finditer(prose):
        items, end = _items(prose, match.end(), len(prose))
        scope += items
        prose = _blank(prose, match.start(), end)
    in_prose = _in_prose(prose)
    mentions: list[CodeItem] = []
    if references:
        mentions = [item for reference in in_prose for item in reference.items]
    elif in_prose and text.count("(") != text.count(")"):
        defects.append((DefectKind.UNBALANCED, text))
    return Reading(
        tuple(references or in_prose),
        tuple(scope),
        tuple(mentions),
        tuple(defects),
        ADVERSE_EFFECT if _FOR_ADVERSE_EFFECTS.match(text) else "",
    )


def words(text: str, reading: Reading) -> str:
    """Return *text* with spaces in place of what *reading* found in it.

    >>> text = "lumbago (M54.5-)"
    >>> words(text, parse(text)).rstrip()
    'lumbago'
    """
    spans = [reference.span for reference in reading.references]
    spans += [item.span for item in (*reading.scope, *reading.mentions)]
    for start, end in spans:
        text = _blank(text, start, end)
    return text


def _blank(text: str, start: int, end: int) -> str:
    """Return *text* with spaces from *start* to *end*, so that spans stay true."""
    return text[:start] + " " * (end - start) + text[end:]


def _in_parentheses(text: str, start: int, match: re.Match[str]) -> Reference:
    """Read the list that starts at *start*, inside the parentheses of *match*."""
    end = match.end("inside")
    items, at = _items(text, start, end)
    condition, at = _condition(text, at, end, items)
    unread = text[at:end].strip(" \t,;.-")
    if condition is None and not unread:
        # "(T36-T50) with fifth or sixth character 6"
        condition, after = _place_condition(text, match.end(), len(text), items)
        at = after if condition else end
    return Reference(
        tuple(items), (match.start(), max(at, match.end())), condition, unread
    )


def _in_prose(text: str) -> list[Reference]:
    """Read every list that stands outside parentheses."""
    found: list[Reference] = []
    at = 0
    while match := _ITEM.search(text, at):
        items, at = _items(text, match.start(), len(text))
        condition, at = _condition(text, at, len(text), items)
        span = (match.start(), at)
        found.append(Reference(tuple(items), span, condition, in_parentheses=False))
    return found


def _items(text: str, start: int, end: int) -> tuple[list[CodeItem], int]:
    """Return the items of the list at *start*, and where the list ends."""
    items: list[CodeItem] = []
    at = start
    while match := _ITEM.match(text, at, end):
        last = Code(match["last"]) if match["last"] else None
        dashed = "-" in (match["mark"] or "")
        items.append(CodeItem(Code(match["first"]), last, match.span(), dashed))
        at = match.end()
        separator = _SEPARATOR.match(text, at, end)
        if not separator or not _ITEM.match(text, separator.end(), end):
            break
        at = separator.end()
    return items, at


def _condition(
    text: str, at: int, end: int, items: list[CodeItem]
) -> tuple[Condition | None, int]:
    """Return the condition that follows a list at *at*, and where it ends."""
    condition, after = _place_condition(text, at, end, items)
    if condition:
        return condition, after
    if match := _BY_ENDING.match(text, at, end):
        return Condition(Criterion.ENDING, values=_values(match["values"])), match.end()
    if match := _BY_CHARACTER_MEANING.match(text, at, end):
        place = _ORDINALS[match["place"].lower()]
        condition = Condition(
            Criterion.CHARACTER_MEANING, (place, place), words=match["words"].lower()
        )
        return condition, match.end()
    if match := _BY_TITLE.match(text, at, end):
        words = " ".join(match["words"].lower().split())
        return Condition(Criterion.TITLE, words=words), match.end()
    return None, at


def _place_condition(
    text: str, at: int, end: int, items: list[CodeItem]
) -> tuple[Condition | None, int]:
    """Return the condition on characters, and their places, that stands at *at*."""
    if match := _BY_INTENT.match(text, at, end):
        return Condition(Criterion.INTENT, _places(match)), match.end()
    match = _BY_CHARACTER.match(text, at, end)
    if not match:
        return None, at
    places, values = _places(match), _values(match["values"])
    if match["joint"] == "or" or (places == (0, 0) and _are_drugs(items)):
        return Condition(Criterion.INTENT, places, values), match.end()
    if places == (0, 0):
        return Condition(Criterion.ENDING, places, values), match.end()
    values = tuple(value.strip("-.") for value in values)
    return Condition(Criterion.PLACE, places, values), match.end()


def _places(match: re.Match[str]) -> tuple[int, int]:
    first = _ORDINALS[match["place"].lower()]
    return first, _ORDINALS[match["other"].lower()] if match["other"] else first


def _are_drugs(items: list[CodeItem]) -> bool:
    """Say whether *items* lie in T36-T65, whose codes have a character of intent."""
    return all("T36" <= item.first < "T66" for item in items)


def _values(text: str) -> tuple[str, ...]:
    """Return the values that *text* lists, ranges spelt out.

    >>> _values("1-4 or 6"), _values(".51-.52"), _values(".15. .25, .95")
    (('1', '2', '3', '4', '6'), ('.51', '.52'), ('.15', '.25', '.95'))
    """
    found: list[str] = []
    for match in re.finditer(_VALUE, text):
        first, dash, last = match[0].replace(" ", "").lstrip("-").partition("-")
        mark = match[0][0] if match[0][0] in "-." else ""
        first, last = first.lstrip("."), last.lstrip(".")
        if dash and last:
            found += [mark + value for value in _between(first, last)]
        else:
            found.append(mark + first)
    return tuple(found)


def _between(first: str, last: str) -> list[str]:
    if first.isdecimal() and last.isdecimal():
        width = len(first)
        return [str(n).zfill(width) for n in range(int(first), int(last) + 1)]
    if len(first) == len(last) == 1:
        return [chr(n) for n in range(ord(first), ord(last) + 1)]
    return [first, last]
