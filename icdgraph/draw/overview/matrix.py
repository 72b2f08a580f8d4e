"""The matrix: from which chapter into which others the notes exclude, and how often.

A row is the chapter that prints the notes, a column the one they name; a note that
names codes of several chapters counts once in each.  A note within one chapter stands
on the diagonal.  The number is in every field, so that no colour need be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw import svg, tooltips
from icdgraph.draw.overview.shades import INK, shade
from icdgraph.draw.overview.treemap import text
from icdgraph.draw.overview.view import Overview
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.scene import chosen
from icdgraph.errors import ParseError
from icdgraph.model import LINKING, Kind, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.graph import Graph, Node

FIELD = (46.0, 30.0)
"""How wide and high a field is."""

LEFT, TOP = 92.0, 84.0
"""The room for the names of rows and columns."""

EXCLUSIONS = (Relation.EXCLUDES1, Relation.EXCLUDES2)


def matrix(graph: Graph, relations: Iterable[str] | None = None) -> Overview:
    """Return how many notes of *relations* lead from chapter to chapter.

    Without *relations*, the exclusions, Excludes1 and Excludes2.  Raises `ParseError`
    for a relation that notes do not state.

    >>> from icdgraph.toy import toy
    >>> matrix(toy().core, ["excludes1"]).about  # doctest: +ELLIPSIS
    '4 notes name codes; 2 of them lead to another chapter. Rows print...'
    """
    wanted = _stated(relations)
    chapters = list(graph.nodes(Kind.CHAPTER))
    counts, notes, across = _counted(graph, wanted)
    most = max(counts.values(), default=0)
    fields = (
        _field(row, column, counts.get((one, other), 0), most, chapters)
        for row, one in enumerate(chapters)
        for column, other in enumerate(chapters)
    )
    names = " and ".join(LOOKS[r].words for r in Relation if r in wanted)
    title = f"ICD-10-CM {graph.version}: {names} between chapters"
    about = (
        f"{notes:,} notes name codes; {across:,} of them lead to another chapter. Rows "
        "print the notes, columns are named by them."
    )
    size = LEFT + FIELD[0] * len(chapters), TOP + FIELD[1] * len(chapters)
    return Overview(title, about, size, (*_names(chapters), *fields), {})


def _stated(relations: Iterable[str] | None) -> frozenset[Relation]:
    wanted = chosen(EXCLUSIONS if relations is None else relations)
    possible = {kind.relation for kind in LINKING}
    for relation in sorted(wanted - possible):
        known = ", ".join(r for r in Relation if r in possible)
        raise ParseError(f"no note states {relation.value!r}: {known} would be right")
    return wanted


def _counted(
    graph: Graph, wanted: frozenset[Relation]
) -> tuple[dict[tuple[Node, Node], int], int, int]:
    """Return the notes of each pair of chapters, of all, and those that lead across."""
    counts: dict[tuple[Node, Node], int] = {}
    notes = across = 0
    for note in graph.notes(*(kind for kind in LINKING if kind.relation in wanted)):
        home = note.owner.chapter
        reached = dict.fromkeys(target.chapter for target in note.targets)
        notes += bool(reached)
        across += any(chapter != home for chapter in reached)
        for chapter in reached:
            counts[home, chapter] = counts.get((home, chapter), 0) + 1
    return counts, notes, across


def _names(chapters: Sequence[Node]) -> Iterator[str]:
    for number, chapter in enumerate(chapters):
        x, y = LEFT - 8, TOP + (number + 0.5) * FIELD[1] + 5
        row = _plain(x, y, chapter.code, "end")
        x, y = LEFT + (number + 0.5) * FIELD[0] + 5, TOP - 8
        column = _plain(x, y, chapter.code, "start", turn=-90)
        yield svg.titled(row + column, " ".join(tooltips.name(chapter)))


def _plain(x: float, y: float, words: str, anchor: str, turn: float = 0) -> str:
    """Return *words* in the ink of the page, which a dark page makes light."""
    turned = f' transform="rotate({turn:g} {x:.1f} {y:.1f})"' if turn else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="14" text-anchor="{anchor}"{turned}>'
        f"{svg.plain(words)}</text>"
    )


def _field(
    row: int, column: int, count: int, most: int, chapters: Sequence[Node]
) -> str:
    colour, ink = shade(count, most)
    x, y = LEFT + column * FIELD[0], TOP + row * FIELD[1]
    shape = (
        f'<rect class="part" x="{x:g}" y="{y:g}" width="{FIELD[0]:g}" '
        f'height="{FIELD[1]:g}" fill="{colour}" stroke="#ffffff"/>'
    )
    middle = x + FIELD[0] / 2, y + FIELD[1] / 2 + 5
    if count:
        shape += text(*middle, f"{count:,}", 13, anchor="middle", ink=ink or INK)
    one, other = (" ".join(tooltips.name(chapters[n])) for n in (row, column))
    words = f"{count:,} {'note' if count == 1 else 'notes'}"
    return svg.titled(shape, f"{words} printed in {one}\nname codes of {other}")
