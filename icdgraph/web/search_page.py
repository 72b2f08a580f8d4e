"""What a search found, as a page shows it: each with the wording that matched."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from icdgraph.search import search

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph, Node
    from icdgraph.search import Result

Part = tuple[str, bool]
"""Some words, and whether they are marked."""


class Shown(NamedTuple):
    """A node, its title in parts, and which other wording matched, in parts too."""

    node: Node
    title: list[Part]
    says: str
    parts: list[Part]


class Results(NamedTuple):
    """What was found, what was read otherwise than typed, and words without a match."""

    hits: list[Shown]
    readings: list[str]
    unknown: list[str]


def found(graph: Graph, asked: str, limit: int) -> Results:
    """Return what *graph* holds for *asked*, at most *limit* nodes."""
    if not asked:
        return Results([], [], [])
    results = search(graph, asked, limit)
    return Results(
        [_shown(hit) for hit in results],
        [f"{one.said} as {one.read} ({one.source})" for one in results.readings],
        list(results.unknown),
    )


def _shown(hit: Result) -> Shown:
    title, field = hit.node.title, hit.field.value
    text = list(parts(hit.text, hit.marks))
    if hit.at == hit.node and hit.text == title:
        return Shown(hit.node, text, "", [])
    if field == "code":
        return Shown(hit.node, [(title, False)], "", [])
    says = field if hit.at == hit.node else f"{field} at {hit.at.code}"
    return Shown(hit.node, [(title, False)], says, text)


def parts(text: str, marks: Iterable[tuple[int, int]]) -> Iterator[Part]:
    """Yield *text* in parts, those that *marks* span as marked.

    >>> list(parts("Low back pain", [(4, 8)]))
    [('Low ', False), ('back', True), (' pain', False)]
    """
    at = 0
    for start, end in marks:
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if text[at:]:
        yield text[at:], False
