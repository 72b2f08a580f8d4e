"""The tooltips that open over boxes and lines.

Tooltips are plain text.  vis-network shows a title that is a string as text, so the
text of a note cannot become markup.
"""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from icdgraph.draw.palette import LOOKS
from icdgraph.graph import Node
from icdgraph.serialize import short_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icdgraph.graph import Edge, Note

WIDTH = 76
"""How many characters a line of a tooltip has at most."""

LINES = 30
"""How many lines a tooltip has at most, so that it fits on a screen."""


def of_title(node: Node) -> str:
    """Return the code of *node* and its title."""
    return f"{node.code} {short_title(node)}"


def of_node(node: Node, notes: Sequence[Note] = ()) -> str:
    """Return the tooltip of *node*, with the *notes* defined there."""
    lines = _wrapped(of_title(node))
    lines.append(f"{node.kind}, billable" if node.is_billable else str(node.kind))
    for kind, same in groupby(notes, key=lambda note: note.kind):
        lines += ["", kind.heading]
        for note in same:
            lines += wrap(
                note.text, WIDTH, initial_indent="  ", subsequent_indent="    "
            )
    return _bounded(lines)


def of_edges(edges: Sequence[Edge]) -> str:
    """Return the tooltip of *edges* that have the same ends and the same relation.

    >>> from icdgraph.toy import toy
    >>> print(of_edges([next(toy().core.edges("excludes1"))]))
    M54 → F45.41: Excludes1
    “psychogenic dorsalgia (F45.41)”
    defined at M54
    """
    source, target = edges[0].source, edges[0].target
    end = target.code if isinstance(target, Node) else "a term"
    lines = [f"{source.code} → {end}: {LOOKS[edges[0].relation].label}"]
    for note in dict.fromkeys(edge.note for edge in edges if edge.note):
        if note.heading:
            lines += _wrapped(note.heading)
        lines += _wrapped(f"“{note.text}”")
        lines += [f"defined at {note.owner.code}"]
    return _bounded(lines)


def of_omitted(names: Iterable[str]) -> str:
    """Return the tooltip of an item that stands for omitted *names*."""
    return _bounded(["Omitted from the picture:", *_wrapped(", ".join(names))])


def _wrapped(text: str) -> list[str]:
    # Most titles and notes are short, and wrap is slow.
    return [text] if len(text) <= WIDTH else wrap(text, WIDTH)


def _bounded(lines: list[str]) -> str:
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], f"... and {len(lines) - LINES + 1} more lines"]
    return "\n".join(lines)
