"""What the items of an expression mean in a release: each a function to bits.

    M54.5-                  the bits beneath M54.5
    excludes1 F45.41        the bits beneath the owners of Excludes1 notes that name it
    title "low back"        the bits of the codes in whose titles the words stand

`MEANINGS` has a function for each form of item in `expression.FORMS`; an expression is
its items put together by `OPERATIONS`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, TypeVar

from icdgraph import codes
from icdgraph.codesets import bits
from icdgraph.codesets.expression import Expression, Group
from icdgraph.codesets.tokens import underlined
from icdgraph.coding.laterality import Side, laterality
from icdgraph.errors import ParseError, UnknownCode
from icdgraph.model import Kind, Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from icdgraph.graph import Graph, Node, Note

_T = TypeVar("_T")

OPERATIONS: dict[str, Callable[[int, int], int]] = {
    ",": or_,
    "or": or_,
    "and": and_,
    "except": lambda kept, taken: kept & ~taken,
}


def evaluate(
    graph: Graph, expression: Expression, text: str, *, patterns: bool = True
) -> int:
    """Return the bits of *expression*, which was parsed from *text*.

    Without *patterns*, ``title /.../`` is refused: a regular expression of a stranger
    can take hours.  Raises `ParseError` and `UnknownCode`, which show the place.

    >>> from icdgraph.codesets.grammar import parse
    >>> from icdgraph.toy import toy
    >>> text = "M54 and title sciatica and billable"
    >>> evaluate(toy().core, parse(text), text).bit_count()
    2
    """

    def value(part: Expression) -> int:
        if isinstance(part, Group):
            return reduce(OPERATIONS[part.operator], map(value, part.parts))
        try:
            if part.form == "pattern" and not patterns:
                raise ParseError(
                    "regular expressions are not taken here; words would be right, "
                    'as in title "low back"'
                )
            return MEANINGS[part.form](graph, *part.arguments)
        except (ParseError, UnknownCode) as exc:
            raise type(exc)(underlined(text, part.place, str(exc))) from exc

    return value(expression) & bits.every(graph)


# Codes


def code(graph: Graph, code: str) -> int:
    """Return the bits of *code* and all beneath it; raises `UnknownCode`."""
    if code not in graph:
        _refuse_wildcard(graph, code)
    return bits.subtree(graph, graph[code].number)


def _refuse_wildcard(graph: Graph, code: str) -> None:
    """Raise `UnknownCode` where the last characters of *code* are a wildcard x."""
    stem = code.rstrip("X").rstrip(".")
    if stem != code and stem in graph:
        raise UnknownCode(
            f"{code!r} is not a code of ICD-10-CM {graph.version}; for all that starts "
            f"with {stem}, '{stem}*' would be right"
        )


def exact(graph: Graph, code: str) -> int:
    """Return the bit of *code* alone; raises `UnknownCode`."""
    number = graph[code].number
    return bits.between(number, number)


def beneath(graph: Graph, code: str) -> int:
    """Return the bits beneath *code*.

    Raises `UnknownCode`, and `ParseError` where nothing stands beneath it.
    """
    node = graph[code]
    if graph.tree.is_leaf(node.number):
        raise ParseError(
            f"nothing stands beneath {code}; {code!r} without a dash would be right"
        )
    return bits.between(node.number + 1, graph.tree.last[node.number])


def code_range(graph: Graph, first: str, last: str) -> int:
    """Return the bits from *first* to *last* in book order, and beneath both.

    A range that names a section or chapter is that section or chapter, even where its
    last code is not the last one in it: in the book, J45 and J47 follow J4A.

    Raises `UnknownCode`, and `ParseError` for a range that is none.
    """
    named = _named_range(graph, f"{first}-{last}")
    if named is not None:
        return bits.subtree(graph, named.number)
    low, high = graph[first].number, graph[last].number
    if low > high:
        raise ParseError(
            f"the range '{first}-{last}' is reversed; '{last}-{first}' would be right"
        )
    if low != high and graph.tree.subsumes(low, high):
        raise ParseError(
            f"{last} stands beneath {first}, so that '{first}-{last}' is no range; "
            f"{first!r} would be right, which has all beneath it"
        )
    return bits.between(low, graph.tree.last[high])


def _named_range(graph: Graph, name: str) -> Node | None:
    for find in (graph.section, graph.chapter):
        try:
            return find(name)
        except UnknownCode:
            continue
    return None


def prefix(graph: Graph, start: str) -> int:
    """Return the bits of the codes that start with *start*, the dot not counted.

    Raises `UnknownCode` where none does.
    """
    first = codes.compact(start)
    found = _where(graph, graph.codes, lambda name: _starts(name, first))
    if not found:
        raise UnknownCode(
            f"no code of ICD-10-CM {graph.version} starts with {start!r}; a shorter "
            "start would be right"
        )
    return found


def _starts(name: str, first: str) -> bool:
    return codes.compact(name).startswith(first)


def _section(graph: Graph, name: str) -> int:
    return bits.subtree(graph, graph.section(name).number)


def _chapter(graph: Graph, name: str) -> int:
    return bits.subtree(graph, graph.chapter(name).number)


# What codes are


def _billable(graph: Graph) -> int:
    return bits.billable(graph)


def _header(graph: Graph) -> int:
    return bits.every(graph) & ~bits.billable(graph)


def _kind(graph: Graph, name: str) -> int:
    return bits.of(graph.numbers(Kind(name)), graph.node_count)


def _seventh(graph: Graph, character: str) -> int:
    return _where(
        graph, graph.codes, lambda name: codes.character(name, 7) == character
    )


def _laterality(graph: Graph, side: str) -> int:
    wanted = Side[side.upper()]
    sides = laterality(graph).sides
    return _where(graph, sides, wanted.__and__)


# Titles


def folded(text: str) -> str:
    """Return *text* in lower case and without diacritics.

    >>> folded("Ménière's disease")
    "meniere's disease"
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
    return text.lower()


def _title(graph: Graph, words: str) -> int:
    """Return the bits of codes whose titles hold *words*; ``*`` ends a word anyhow."""
    pattern = re.escape(folded(words)).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
    search = re.compile(rf"(?<!\w){pattern}(?!\w)").search
    part = max(re.split(r"[\s*]+", folded(words)), key=len)

    def holds(title: str) -> bool:
        # Most titles do not have the longest word, which is faster to see.
        plain = folded(title)
        return part in plain and bool(search(plain))

    return _where(graph, graph.titles, holds)


def _pattern(graph: Graph, pattern: str) -> int:
    try:
        search = re.compile(pattern, re.IGNORECASE).search
    except (re.error, RecursionError, OverflowError) as exc:
        raise ParseError(
            f"{pattern!r} is not a regular expression: {exc}; "
            "/low(er)? back/ or the like would be right"
        ) from exc
    return _where(graph, graph.titles, search)


# Notes


def _owners(notes: Iterable[Note]) -> Iterator[Node]:
    """Yield the nodes that *notes* speak for, with all that is beneath them."""
    for note in notes:
        yield from note.scope or (note.owner,)


def _beneath_all(graph: Graph, nodes: Iterable[Node]) -> int:
    return reduce(or_, (bits.subtree(graph, node.number) for node in nodes), 0)


def _naming(graph: Graph, relation: str, code: str) -> int:
    """Return the bits of codes to which a note of *relation* applies that names *code*.

    A note names a code that is among its targets or beneath one of them.
    """
    kind = Relation(relation).note_kind
    notes = (note for note in graph[code].pointed_at_by if note.kind == kind)
    return _beneath_all(graph, _owners(notes))


def _named(graph: Graph, relation: str, code: str) -> int:
    """Return the bits of what the notes of *relation* that apply to *code* name."""
    kind = Relation(relation).note_kind
    assert kind is not None
    notes = graph[code].applicable_notes(kind)
    return _beneath_all(graph, (node for note in notes for node in note.targets))


def _has(graph: Graph, relation: str) -> int:
    kind = Relation(relation).note_kind
    assert kind is not None
    return _beneath_all(graph, _owners(graph.notes(kind)))


def _lacks(graph: Graph, relation: str) -> int:
    return bits.every(graph) & ~_has(graph, relation)


def _where(graph: Graph, column: Iterable[_T], test: Callable[[_T], object]) -> int:
    """Return the bits of the nodes for whose value in *column* the *test* holds."""
    found = (number for number, value in enumerate(column) if test(value))
    return bits.of(found, len(graph.codes))


MEANINGS: dict[str, Callable[..., int]] = {
    "code": code,
    "beneath": beneath,
    "exact": exact,
    "range": code_range,
    "prefix": prefix,
    "section": _section,
    "chapter": _chapter,
    "billable": _billable,
    "header": _header,
    "kind": _kind,
    "title": _title,
    "pattern": _pattern,
    "naming": _naming,
    "named": _named,
    "has": _has,
    "lacks": _lacks,
    "seventh": _seventh,
    "laterality": _laterality,
}
"""The meaning of each form of item, as a function of a graph and its arguments."""
