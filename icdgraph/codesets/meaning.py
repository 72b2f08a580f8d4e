"""What expressions mean in a release: each form of operand is a function to bits.

M54.5-                  the bits of everything below M54.5
excludes1 F45.41        the bits of the codes to which a note applies that names it
title "low back"        the bits of the codes whose titles have these words
"""

from __future__ import annotations

import re
import unicodedata
from functools import reduce
from itertools import chain
from operator import and_, or_
from typing import TYPE_CHECKING, TypeVar

from icdgraph.codes import character, compact
from icdgraph.codesets import bits
from icdgraph.codesets.expression import Expression, Operation
from icdgraph.codesets.tokens import underlined
from icdgraph.coding.laterality import Side, laterality
from icdgraph.errors import ParseError, UnknownCode
from icdgraph.model import Kind, NoteKind, Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from icdgraph.graph import Graph

_T = TypeVar("_T")

OPERATIONS: dict[str, Callable[[int, int], int]] = {
    ",": or_,
    "or": or_,
    "and": and_,
    "except": lambda kept, removed: kept & ~removed,
}


def evaluate(
    graph: Graph, expression: Expression, text: str, *, patterns: bool = True
) -> int:
    """Return the bits of *expression*, which was parsed from *text*.

    Without *patterns*, ``title /.../`` is refused: a regular expression from a stranger
    can take hours.  Raises `ParseError` and `UnknownCode`, which show the place.
    """

    def value(part: Expression) -> int:
        if isinstance(part, Operation):
            return reduce(OPERATIONS[part.operator], map(value, part.operands))
        try:
            if part.form == "pattern" and not patterns:
                raise ParseError(
                    "regular expressions are not allowed here. Search for words, as "
                    'in: title "low back"'
                )
            return MEANINGS[part.form](graph, *part.arguments)
        except (ParseError, UnknownCode) as exc:
            raise type(exc)(underlined(text, part.place, str(exc))) from exc

    return value(expression) & bits.every(graph)


# Codes


def _code(graph: Graph, code: str) -> int:
    stem = code.rstrip("X").rstrip(".")
    if code not in graph and stem != code and stem in graph:
        raise UnknownCode(
            f"unknown code {code!r} in ICD-10-CM {graph.version}. For all codes that "
            f"start with {stem}, write: {stem}*"
        )
    return bits.subtree(graph, graph.number_of(code))


def _exact(graph: Graph, code: str) -> int:
    number = graph.number_of(code)
    return bits.between(number, number)


def _below(graph: Graph, code: str) -> int:
    number = graph.number_of(code)
    if graph.tree.is_leaf(number):
        raise ParseError(f"{code} has no codes below it. Write it without a dash.")
    return bits.subtree(graph, number) & ~bits.between(number, number)


def code_range(graph: Graph, first: str, last: str) -> int:
    """Return the bits from *first* to *last* in book order, and of everything below.

    The range of a section means that section, even if its last code is not the last one
    in it: in J40-J4A, the book prints J45 and J47 after J4A.

    Raises `UnknownCode`, and `ParseError` for an invalid range.
    """
    named = graph.get(f"{first}-{last}")
    if named is not None:
        return bits.subtree(graph, named.number)
    low, high = graph.number_of(first), graph.number_of(last)
    text = f"{first}-{last}"
    if low > high:
        raise ParseError(f"the range {text} is reversed. Write it as {last}-{first}.")
    if low != high and graph.tree.subsumes(low, high):
        problem = f"invalid range {text}: {last} is below {first}"
        raise ParseError(f"{problem}. {first} alone includes everything below it.")
    return bits.between(low, graph.tree.last[high])


def prefix(graph: Graph, start: str) -> int:
    """Return the bits of the codes that start with *start*, dots ignored.

    Raises `UnknownCode` if there are none.
    """
    plain = compact(start)
    chosen = _where(graph, graph.codes, lambda code: compact(code).startswith(plain))
    if not chosen:
        raise UnknownCode(
            f"no code of ICD-10-CM {graph.version} starts with {start!r}. Try fewer "
            "characters."
        )
    return chosen


def _laterality(graph: Graph, side: str) -> int:
    return _where(graph, laterality(graph).sides, Side[side.upper()].__and__)


# Titles


def folded(text: str) -> str:
    """Return *text* in lower case and without diacritics."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
    return text.lower()


def _title(graph: Graph, words: str) -> int:
    """Return the bits of the codes whose titles have *words*; ``*`` is any ending."""
    pattern = re.escape(folded(words)).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
    search = re.compile(rf"(?<!\w){pattern}(?!\w)").search
    longest = max(re.split(r"[\s*]+", folded(words)), key=len)

    # Looking for the longest word first is faster, because few titles have it.
    titles = map(folded, graph.titles)
    return _where(graph, titles, lambda title: longest in title and search(title))


def _pattern(graph: Graph, pattern: str) -> int:
    try:
        search = re.compile(pattern, re.IGNORECASE).search
    except (re.error, RecursionError, OverflowError) as exc:
        raise ParseError(f"invalid regular expression {pattern!r}: {exc}") from exc
    return _where(graph, graph.titles, search)


# Notes


def _naming(graph: Graph, relation: str, code: str) -> int:
    """Return the bits of codes with a note of *relation* that names *code*."""
    kind = _note_kind(relation)
    notes = {note for n in _above(graph, code) for note in graph.notes_naming(n)}
    return _applying(graph, (n for n in notes if graph.kind_of_note(n) is kind))


def _named_by(graph: Graph, relation: str, code: str) -> int:
    """Return the bits of what the notes of *relation* that apply to *code* name."""
    kind = _note_kind(relation)
    notes = (note for n in _above(graph, code) for note in graph.notes_from(n))
    targets = (graph.targets_of(n) for n in notes if graph.kind_of_note(n) is kind)
    return _subtrees(graph, chain.from_iterable(targets))


def _has(graph: Graph, relation: str) -> int:
    return _applying(graph, graph.note_numbers(_note_kind(relation)))


def _note_kind(relation: str) -> NoteKind:
    kind = Relation(relation).note_kind
    assert kind is not None
    return kind


def _above(graph: Graph, code: str) -> tuple[int, ...]:
    """Return the number of *code* and those of all nodes above it."""
    number = graph.number_of(code)
    return number, *graph.tree.ancestors(number)


def _applying(graph: Graph, notes: Iterable[int]) -> int:
    """Return the bits of everything that *notes* apply to."""
    return _subtrees(graph, chain.from_iterable(map(graph.speakers_of, notes)))


def _subtrees(graph: Graph, nodes: Iterable[int]) -> int:
    return reduce(or_, (bits.subtree(graph, node) for node in set(nodes)), 0)


def _where(graph: Graph, column: Iterable[_T], test: Callable[[_T], object]) -> int:
    """Return the bits of the nodes whose value in *column* passes the *test*."""
    numbers = (number for number, value in enumerate(column) if test(value))
    return bits.of(numbers, graph.node_count)


MEANINGS: dict[str, Callable[..., int]] = {
    "code": _code,
    "below": _below,
    "exact": _exact,
    "range": code_range,
    "prefix": prefix,
    "section": lambda g, name: bits.subtree(g, g.section_of_name(name)),
    "chapter": lambda g, name: bits.subtree(g, g.chapter_of_name(name)),
    "billable": bits.billable,
    "header": lambda g: ~bits.billable(g),
    "kind": lambda g, name: bits.of(g.numbers(Kind(name)), g.node_count),
    "title": _title,
    "pattern": _pattern,
    "naming": _naming,
    "named-by": _named_by,
    "has": _has,
    "lacks": lambda g, relation: ~_has(g, relation),
    "seventh": lambda g, seventh: _where(
        g, g.codes, lambda c: character(c, 7) == seventh
    ),
    "laterality": _laterality,
}
"""The function of each form of operand, from a graph and the arguments.

Bits of nodes that are not codes are dropped by `evaluate`.
"""
