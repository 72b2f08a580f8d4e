"""The picture in words: its heading, a sentence that counts, a line for each link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw import tooltips
from icdgraph.draw.items import Role
from icdgraph.draw.palette import LOOKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.draw.items import Scene

NAMES = 6
"""How many codes a heading names."""


def heading(shown: Scene) -> str:
    """Return what *shown* is a picture of.

    >>> from icdgraph.draw.scene import scene
    >>> from icdgraph.toy import toy
    >>> heading(scene(toy().core["M54.2"]))
    'M54.2 Cervicalgia'
    >>> heading(scene(toy().core["M54.2"], toy().core["F45.41"]))
    'M54.2 and F45.41'
    """
    if len(shown.centres) == 1:
        return " ".join(tooltips.name(shown.centres[0]))
    names = [tooltips.name(node)[0] for node in shown.centres]
    if len(names) > NAMES:
        names = [*names[: NAMES - 1], f"{len(names) - NAMES + 1:,} more"]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def summary(shown: Scene) -> str:
    """Return *shown* in a sentence or two.

    >>> from icdgraph.draw.scene import scene
    >>> from icdgraph.toy import toy
    >>> summary(scene(toy().core["M54.50"]))  # doctest: +ELLIPSIS
    'M54.50 with 5 ancestors, 0 children, 2 synonyms, 4 named by notes...'
    """
    counts = dict.fromkeys(Role, 0)
    for item in shown.items:
        counts[item.role] += len(item.rest) or 1
    parts = [
        _count(counts[Role.ANCESTOR], "ancestor"),
        _below(shown, counts[Role.CHILD]),
        _count(counts[Role.SYNONYM], "synonym"),
        f"{counts[Role.NAMED]:,} named by notes that apply",
        f"{counts[Role.NAMING]:,} with notes that point here",
    ]
    named = (
        heading(shown) if len(shown.centres) > 1 else tooltips.name(shown.centres[0])[0]
    )
    return f"{named} with {', '.join(parts)}." + "".join(_remarks(shown))


def _below(shown: Scene, count: int) -> str:
    """Count what stands below: children, or where it goes deeper, nodes below."""
    keys = {f"{node.kind}:{node.code}" for node in shown.centres}
    deeper = any(i.role == Role.CHILD and i.by not in keys for i in shown.items)
    if deeper:
        return f"{_count(count, 'node')} below"
    return _count(count, "child", "children")


def _remarks(shown: Scene) -> Iterator[str]:
    """Yield a sentence for each sort of thing that is not drawn."""
    if shown.left_out:
        are = "is" if shown.left_out == 1 else "are"
        yield f" {shown.left_out:,} of these {are} left out of the picture."
    if shown.beyond:
        yield (
            f" The picture is full: {shown.beyond:,} more, and what would follow from "
            "them, are left out."
        )
    if shown.silent:
        notes = _count(len(shown.silent), "note names", "notes name")
        yield f" {notes} no code: see the card of the place that prints it."


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def told(shown: Scene) -> Iterator[str]:
    """Yield every link of *shown* in words, and all that was left out."""
    names = {item.key: f"{item.name} {item.text}".strip() for item in shown.items}
    for link in shown.links:
        words = LOOKS[link.relation].words
        said = f"{names[link.source]} — {words} — {names[link.target]}"
        notes = "; ".join(
            f"“{note.text}”, printed at {tooltips.name(note.owner)[0]}"
            for note in link.notes
        )
        yield f"{said}: {notes}" if notes else said
    for item in shown.items:
        if item.rest:
            group = f"{LOOKS[item.relation].words}, {item.role}"
            yield f"{group}, {names[item.key]}: {', '.join(item.rest)}"
