"""Paths between nodes: steps up and down the tree, and steps along notes.

A note joins two subtrees: the one it applies to, and one it names.  It joins every code
of the first with every code of the second.  That is one step, even if the note is
defined at a node far above the codes:

        M54 ── Excludes1 ──> F45.41        one step from M54.50 to F45.41;
         └─ M54.5                          its note is inherited from M54
             └─ M54.50

A step is forward if the note applies to its source, and backward if the note names its
source.  `icdgraph.explain.chains` finds the paths along notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from icdgraph.model import Relation
from icdgraph.serialize import Record, note_record, target_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node, Note


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: up or down the tree, or along a note.

    Along the tree *relation* is ``parent``, and *forward* means up.  Along a *note*,
    *applies_to* is the node it applies to and *names* the one it names; *forward* means
    that *source* is in the first, otherwise *source* is in the second.
    """

    source: Node
    relation: Relation
    target: Node
    forward: bool = True
    note: Note | None = None
    applies_to: Node | None = None
    names: Node | None = None

    def record(self) -> Record:
        """Return the step as a record; its note has its ``line`` in the XML."""
        note = self.note
        return {
            "source": target_record(self.source),
            "relation": self.relation.value,
            "target": target_record(self.target),
            "forward": self.forward,
            "applies_to": target_record(self.applies_to) if self.applies_to else None,
            "names": target_record(self.names) if self.names else None,
            "note": note_record(note) | {"line": note.line} if note else None,
        }

    def __repr__(self) -> str:
        line = f"--{self.relation}--"
        arrow = f"{line}>" if self.forward else f"<{line}"
        return f"<{self.source.code} {arrow} {self.target.code}>"


@dataclass(frozen=True, slots=True)
class Path:
    """Steps, each from where the one before it ends."""

    steps: tuple[Step, ...]

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes along the path, in order."""
        return tuple(step.note for step in self.steps if step.note)

    def record(self) -> Record:
        """Return the path as ``{"length", "steps"}``."""
        return {"length": len(self), "steps": [step.record() for step in self.steps]}


@dataclass(frozen=True, slots=True)
class Paths:
    """Some paths, and how many *more* there are."""

    paths: tuple[Path, ...] = ()
    more: int = 0


def climb(graph: Graph, a: Node, b: Node) -> Path:
    """Return the path in the tree from *a* up to their common ancestor, down to *b*.

    It is empty if the two are in different chapters.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> climb(g, g["M54.5"], g["M54.2"]).steps
    (<M54.5 --parent--> M54>, <M54 <--parent-- M54.2>)
    """
    top = graph.tree.lca(a.number, b.number)
    if top < 0:
        return Path(())
    return Path((*up(graph, a.number, top), *down(graph, top, b.number)))


def up(graph: Graph, low: int, top: int) -> Iterator[Step]:
    """Yield the steps up from the node *low* to *top*, its ancestor or itself."""
    numbers = [low]
    while numbers[-1] != top:
        numbers.append(graph.tree.parents[numbers[-1]])
    for below, above in pairwise(numbers):
        yield Step(graph.node(below), Relation.PARENT, graph.node(above))


def down(graph: Graph, top: int, low: int) -> list[Step]:
    """Return the steps down from the node *top* to *low*, its descendant or itself."""
    steps = reversed([*up(graph, low, top)])
    return [Step(s.target, Relation.PARENT, s.source, forward=False) for s in steps]
