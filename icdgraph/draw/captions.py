"""A scene in words: its heading, a sentence that counts, and a line for each link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw import tooltips
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.scene import Role, key_of
from icdgraph.serialize import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.draw.scene import Scene

NAMES = 6
"""How many codes a heading names."""


def heading(scene: Scene) -> str:
    """Return the title of a picture of *scene*.

    >>> from icdgraph.draw.neighborhood import neighborhood
    >>> from icdgraph.toy import toy
    >>> heading(neighborhood(toy().core["M54.2"], toy().core["F45.41"]))
    'M54.2 and F45.41'
    """
    if len(scene.centers) == 1:
        return tooltips.of_title(scene.centers[0])
    names = [node.code for node in scene.centers]
    if len(names) > NAMES:
        names = [*names[: NAMES - 1], f"{len(names) - NAMES + 1:,} more"]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def summary(scene: Scene) -> str:
    """Return what *scene* holds in one or more sentences."""
    counts = dict.fromkeys(Role, 0)
    for item in scene.items:
        counts[item.role] += len(item.omitted) or 1
    parts = [
        counted(counts[Role.ANCESTOR], "ancestor"),
        _below(scene, counts[Role.CHILD]),
        counted(counts[Role.SYNONYM], "synonym"),
        f"{counted(counts[Role.NAMED], 'code')} named by its notes",
        f"{counted(counts[Role.NAMING], 'code')} with notes that name it",
    ]
    is_one = len(scene.centers) == 1
    name = scene.centers[0].code if is_one else heading(scene)
    return f"{name} with {', '.join(parts)}." + "".join(_remarks(scene))


def _below(scene: Scene, count: int) -> str:
    """Count the children; where there are deeper levels, the nodes below."""
    centers = {key_of(node) for node in scene.centers}
    children = (item for item in scene.items if item.role == Role.CHILD)
    if all(item.brought_by in centers for item in children):
        return f"{count:,} {'child' if count == 1 else 'children'}"
    return f"{counted(count, 'node')} below"


def _remarks(scene: Scene) -> Iterator[str]:
    """Yield a sentence for each kind of thing that is not drawn."""
    if scene.omitted:
        are = "is" if scene.omitted == 1 else "are"
        yield f" {scene.omitted:,} of these {are} omitted from the picture."
    if scene.dropped:
        yield f" The picture is full: {scene.dropped:,} more nodes are not in it."
    if scene.codeless:
        names = "names" if len(scene.codeless) == 1 else "name"
        yield f" {counted(len(scene.codeless), 'note')} {names} no code."


def sentences(scene: Scene) -> Iterator[str]:
    """Yield a line for every link of *scene*, and for what is omitted."""
    labels = {item.key: item.label for item in scene.items}
    for link in scene.links:
        relation = LOOKS[link.relation].label
        words = f"{labels[link.source]} — {relation} — {labels[link.target]}"
        notes = "; ".join(
            f"“{note.text}”, defined at {note.owner.code}" for note in link.notes
        )
        yield f"{words}: {notes}" if notes else words
    for item in scene.items:
        if item.omitted:
            relation = LOOKS[item.relation].label
            yield f"{relation}, {item.role}, {item.label}: {', '.join(item.omitted)}"
    for note in scene.codeless:
        kind = note.kind.heading
        yield f"{note.owner.code} — {kind}, without a code: “{note.text}”"
