"""What belongs in the picture of some nodes: items and links, before any drawing.

    13 Diseases of the musculoskeletal ...          an ancestor
     └─ M50-M54 Other dorsopathies                  an ancestor
         └─ M54 Dorsalgia ── Excludes1 ──> F45.41   named by a note that applies
             └─ M54.5 Low back pain <── Excludes2 ── G89     its note points here
                 └─ M54.50 ── also called ── Lumbago NOS     a synonym

An edge of a note starts where the note was printed: what a code inherits is drawn at
the ancestor it inherits it from.  A relation that leads to very many codes shows some
of them, the first of every note before the second of any; one more item, "+38 more",
says how many it left out, lists them in its card, and unfolds into them.

A second step goes on from what notes have brought in: to the children of the children,
and along the notes that are printed at, or name, exactly the nodes of the first step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw.neighborhood import Sketch
from icdgraph.errors import ParseError
from icdgraph.model import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.draw.items import Scene
    from icdgraph.graph import Node


def scene(
    *nodes: Node,
    depth: int = 1,
    relations: Iterable[str] | None = None,
    inherited: bool = True,
) -> Scene:
    """Return what belongs in the picture of *nodes*.

    *depth* is how many levels below them, and steps along notes, are shown;
    *relations* those to draw, all by default; *inherited* whether notes printed above
    *nodes* count.  Raises `ParseError` for a relation or depth that is none.

    >>> from icdgraph.draw.items import Role
    >>> from icdgraph.toy import toy
    >>> found = scene(toy().core["M54.5"])
    >>> [item.name for item in found.items if item.role == Role.NAMED]
    ['S39.012', 'M51.2', 'M54.4', 'F45.41']
    >>> [item.name for item in found.items if item.role == Role.NAMING]
    ['G89']
    """
    if not nodes or depth < 0:
        raise ParseError(
            f"a picture of {len(nodes)} nodes and depth {depth!r} is not possible: one "
            "node or more and a depth of 0 or more would be right"
        )
    asked = tuple(dict.fromkeys(nodes))
    sketch = Sketch(asked, chosen(relations), inherited)
    sketch.add_spines()
    steps = list(asked)
    for step in range(depth):
        steps = sketch.add_step(steps, first=step == 0)
    sketch.add_synonyms()
    return sketch.scene()


def chosen(relations: Iterable[str] | None) -> frozenset[Relation]:
    """Return *relations* as `Relation`s, all of them for None.

    >>> chosen(["never"])
    Traceback (most recent call last):
    icdgraph.errors.ParseError: 'never' is not a relation: parent, excludes1, ...
    """
    if relations is None:
        return frozenset(Relation)
    names = [relations] if isinstance(relations, str) else list(relations)
    for name in names or [""]:
        if name not in list(Relation):
            known = ", ".join(Relation)
            raise ParseError(f"{name!r} is not a relation: {known} would be right")
    return frozenset(map(Relation, names))
