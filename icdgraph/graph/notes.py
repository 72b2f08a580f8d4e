"""Notes, the edges they make, and the faults in their print: records of an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icdgraph.codes import Code
    from icdgraph.graph.nodes import Node
    from icdgraph.model import DefectKind, NoteKind, Relation, State


@dataclass(frozen=True, slots=True)
class Defect:
    """A fault of the print in *note*: what kind, and the words it stands in."""

    kind: DefectKind
    text: str
    note: Note


@dataclass(frozen=True, slots=True)
class Note:
    """A note as printed at *owner*, and what it was found to mean.

    *position* counts from 1 among the owner's notes of this kind; *heading* is the
    line that heads the list it stands in; *line* is that of the XML.  *targets* are
    the fewest nodes whose subtrees together are exactly what the note names.  A note
    with a *scope* speaks only for the nodes of its scope and what is beneath them.
    """

    owner: Node
    kind: NoteKind
    position: int
    heading: str | None
    text: str
    state: State
    line: int = field(compare=False)
    targets: tuple[Node, ...] = field(default=(), compare=False)
    scope: tuple[Node, ...] = field(default=(), compare=False)

    def applies_to(self, node: Node) -> bool:
        """Say whether this note speaks for *node*: its owner or below, in its scope."""
        return any(top.subsumes(node) for top in self.scope or (self.owner,))

    def names(self, node: Node) -> bool:
        """Say whether *node* is among the codes this note names."""
        return any(target.subsumes(node) for target in self.targets)

    def billable(self) -> tuple[Code, ...]:
        """Return the billable codes under the targets, in the order of the book."""
        return tuple(code for target in self.targets for code in target.billable_codes)

    def __repr__(self) -> str:
        targets = ", ".join(target.code for target in self.targets[:4])
        more = ", ..." if len(self.targets) > 4 else ""
        arrow = f" -> {targets}{more}" if targets else ""
        return f"<{self.kind} at {self.owner.code}: {self.text!r}{arrow}>"

    def _repr_html_(self) -> str:
        """Return the note and what it names for a notebook."""
        from icdgraph.notebook.cards import of_note

        return of_note(self)


@dataclass(frozen=True, slots=True)
class Edge:
    """A typed edge; that of a note carries its note, that to a synonym a term."""

    source: Node
    relation: Relation
    target: Node | str
    note: Note | None = None

    def __repr__(self) -> str:
        target = self.target.code if not isinstance(self.target, str) else self.target
        return f"<{self.source.code} --{self.relation}--> {target}>"
