"""The words in the picture: the name of a node, and the card that opens over a thing.

Cards are plain text.  vis-network shows a title that is a string as text, so nothing
a note says can become markup.
"""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from icdgraph.draw.palette import LOOKS
from icdgraph.graph import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icdgraph.graph import Edge, Note

WIDTH = 76
"""How many characters a line of a card has at most."""

LINES = 30
"""How many lines a card has at most, so that it fits on a screen."""


def name(node: Node) -> tuple[str, str]:
    """Return what *node* is called in the picture: a short name and its title.

    >>> from icdgraph.toy import toy
    >>> name(toy().core.chapter(1))
    ('A00-B99', 'Certain infectious and parasitic diseases')
    >>> name(toy().core.section("M50-M54")), name(toy().core["M54"])
    (('M50-M54', 'Other dorsopathies'), ('M54', 'Dorsalgia'))
    """
    return node.code, node.title.removesuffix(f" ({node.code})")


def of_node(node: Node, notes: Sequence[Note] = ()) -> str:
    """Return the card of *node*, with the *notes* printed there.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> print(of_node(g["M54"], g["M54"].notes))
    M54 Dorsalgia
    category
    <BLANKLINE>
    Excludes1
      psychogenic dorsalgia (F45.41)
    """
    lines = wrap(" ".join(name(node)), WIDTH)
    lines.append(f"{node.kind}, billable" if node.is_billable else str(node.kind))
    for kind, same in groupby(notes, key=lambda note: note.kind):
        lines += ["", kind.heading]
        for note in same:
            lines += wrap(
                note.text, WIDTH, initial_indent="  ", subsequent_indent="    "
            )
    return _bounded(lines)


def of(*edges: Edge) -> str:
    """Return the card of *edges* that say the same of the same ends.

    >>> from icdgraph.toy import toy
    >>> print(of(next(toy().core.edges("excludes1"))))
    M54 → F45.41: Excludes1
    “psychogenic dorsalgia (F45.41)”
    printed at M54
    """
    first = edges[0]
    target = name(first.target)[0] if isinstance(first.target, Node) else "a term"
    lines = [f"{name(first.source)[0]} → {target}: {LOOKS[first.relation].words}"]
    for note in dict.fromkeys(edge.note for edge in edges if edge.note):
        if note.heading:
            lines += wrap(note.heading, WIDTH)
        lines += wrap(f"“{note.text}”", WIDTH)
        lines += [f"printed at {name(note.owner)[0]}"]
    return _bounded(lines)


def of_rest(names: Iterable[str]) -> str:
    """Return the card of what was left out.

    >>> print(of_rest(["A00", "A01"]))
    Not in the picture:
    A00, A01
    """
    return _bounded(["Not in the picture:", *wrap(", ".join(names), WIDTH)])


def _bounded(lines: list[str]) -> str:
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], f"... and {len(lines) - LINES + 1} lines more"]
    return "\n".join(lines)
