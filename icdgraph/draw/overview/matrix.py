"""The matrix: how many notes lead from each chapter to each other chapter.

A row is the chapter in which the notes are defined, a column the chapter they name; a
note that names codes of several chapters counts once in each.  The diagonal counts the
notes within one chapter.  The number is in every field, so that no color need be read.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from icdgraph.draw import svg, tooltips
from icdgraph.draw.neighborhood import relations_named
from icdgraph.draw.overview.shades import shade
from icdgraph.draw.overview.view import Overview, part
from icdgraph.draw.palette import LOOKS
from icdgraph.errors import ParseError
from icdgraph.model import LINKING, Kind, Relation
from icdgraph.serialize import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.graph import Graph, Node

FIELD = (46.0, 30.0)
"""The width and height of a field."""

LEFT, TOP = 92.0, 84.0
"""The room for the names of rows and columns."""


def matrix(graph: Graph, relations: Iterable[str] | None = None) -> Overview:
    """Return how many notes of *relations* lead from chapter to chapter.

    Without *relations*, the exclusions, Excludes1 and Excludes2.  Raises `ParseError`
    for a relation that notes do not state.
    """
    wanted = _note_relations(relations)
    chapters = list(graph.nodes(Kind.CHAPTER))
    counts, notes, across = _counted(graph, wanted)
    most = max(counts.values(), default=0)
    fields = (
        _field(row, column, counts[source, target], most, chapters)
        for row, source in enumerate(chapters)
        for column, target in enumerate(chapters)
    )
    names = " and ".join(LOOKS[r].label for r in Relation if r in wanted)
    title = f"ICD-10-CM {graph.version}: {names} between chapters"
    about = (
        f"{notes:,} notes name codes; {across:,} of them lead to another chapter. Rows "
        "define the notes, columns are named by them."
    )
    size = LEFT + FIELD[0] * len(chapters), TOP + FIELD[1] * len(chapters)
    return Overview(title, about, size, (*_names(chapters), *fields), {})


def _note_relations(relations: Iterable[str] | None) -> frozenset[Relation]:
    exclusions = Relation.EXCLUDES1, Relation.EXCLUDES2
    wanted = relations_named(exclusions if relations is None else relations)
    possible = {kind.relation for kind in LINKING}
    for relation in sorted(wanted - possible):
        known = ", ".join(r for r in Relation if r in possible)
        raise ParseError(
            f"{relation.value!r} is not a relation of notes: expected {known}"
        )
    return wanted


def _counted(
    graph: Graph, wanted: frozenset[Relation]
) -> tuple[Counter[tuple[Node, Node]], int, int]:
    """Return the notes of each pair of chapters, of all, and those that lead across."""
    counts: Counter[tuple[Node, Node]] = Counter()
    notes = across = 0
    for note in graph.notes(*(kind for kind in LINKING if kind.relation in wanted)):
        home = note.owner.chapter
        reached = {target.chapter for target in note.targets}
        notes += bool(reached)
        across += bool(reached - {home})
        counts.update((home, chapter) for chapter in reached)
    return counts, notes, across


def _names(chapters: Sequence[Node]) -> Iterator[str]:
    for number, chapter in enumerate(chapters):
        x, y = LEFT - 8, TOP + (number + 0.5) * FIELD[1] + 5
        row = svg.label(x, y, chapter.code, anchor="end")
        x, y = LEFT + (number + 0.5) * FIELD[0] + 5, TOP - 8
        column = svg.label(x, y, chapter.code, degrees=-90)
        yield svg.titled(row + column, tooltips.of_title(chapter))


def _field(
    row: int, column: int, count: int, most: int, chapters: Sequence[Node]
) -> str:
    color, ink = shade(count, most)
    (wide, high), x, y = FIELD, LEFT + column * FIELD[0], TOP + row * FIELD[1]
    shape = part((x, y, wide, high), color)
    if count:
        x, y = x + wide / 2, y + high / 2 + 5
        shape += svg.label(x, y, f"{count:,}", 13, anchor="middle", color=ink)
    source, target = (tooltips.of_title(chapters[n]) for n in (row, column))
    words = f"{counted(count, 'note')} defined in {source}\nname codes of {target}"
    return svg.titled(shape, words)
