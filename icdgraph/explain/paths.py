"""Paths between nodes: steps up and down the tree, and steps along notes.

A note joins two subtrees: what it speaks for, and what it names.  So it joins every
code of the one with every code of the other, and that is one step, however far above
the codes it was printed:

        M54 ── Excludes1 ──> F45.41        one step from M54.50 to F45.41,
         └─ M54.5                          told with M54, where it was printed
             └─ M54.50

A step is forwards when the note speaks for its source, backwards when it names it.
`icdgraph.explain.chains` finds the paths along notes.
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

    Along the tree *relation* is ``parent`` and *forward* means up.  Along a *note*,
    *speaker* is the node it speaks for and *named* the one it names; *forward* means
    that *source* lies in the speaker, else *source* lies in what is named.
    """

    source: Node
    relation: Relation
    target: Node
    forward: bool = True
    note: Note | None = None
    speaker: Node | None = None
    named: Node | None = None

    def record(self) -> Record:
        """Return the step as a record, with the line of the XML its note stands on."""
        note = self.note
        return {
            "source": target_record(self.source),
            "relation": self.relation.value,
            "target": target_record(self.target),
            "forward": self.forward,
            "speaker": target_record(self.speaker) if self.speaker else None,
            "named": target_record(self.named) if self.named else None,
            "note": note_record(note) | {"line": note.line} if note else None,
        }

    def __repr__(self) -> str:
        line = f"--{self.relation}--"
        arrow = f"{line}>" if self.forward else f"<{line}"
        return f"<{self.source.code} {arrow} {self.target.code}>"


@dataclass(frozen=True, slots=True)
class Path:
    """Steps, each starting where the one before it ended."""

    steps: tuple[Step, ...]

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes it leads along, in order."""
        return tuple(step.note for step in self.steps if step.note)

    def record(self) -> Record:
        """Return the path as ``{"length", "steps"}``."""
        return {"length": len(self), "steps": [step.record() for step in self.steps]}


@dataclass(frozen=True, slots=True)
class Found:
    """Paths, and how many more there are that were not kept."""

    paths: tuple[Path, ...] = ()
    more: int = 0


def climb(graph: Graph, a: Node, b: Node) -> Path:
    """Return the path in the tree from *a* up to where it turns and down to *b*.

    It is empty where the two are in different chapters: no node stands above both.

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
    """Yield the steps up from node number *low* to *top*, above it or the same."""
    rungs = [low]
    while rungs[-1] != top:
        rungs.append(graph.tree.parents[rungs[-1]])
    for below, above in pairwise(rungs):
        yield Step(graph.node(below), Relation.PARENT, graph.node(above))


def down(graph: Graph, top: int, low: int) -> list[Step]:
    """Return the steps down from node number *top* to *low*, beneath it or the same."""
    rungs = list(up(graph, low, top))[::-1]
    return [Step(s.target, Relation.PARENT, s.source, forward=False) for s in rungs]
