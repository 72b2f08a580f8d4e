"""What an audit by graph is made of: checks, and the cases they find.

A check has a number, and a weight that says how it is meant.  A *contradiction* cannot
be followed as printed; a *question* may be meant as it is, but leaves a coder in doubt;
an *observation* is no fault, only worth knowing; a *misprint* is in the letters.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from icdgraph.model import Kind
from icdgraph.serialize import Record, node_record, note_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from icdgraph.graph import Graph, Node, Note


class Weight(StrEnum):
    """How the cases of a check are meant."""

    CONTRADICTION = "contradiction"
    QUESTION = "question"
    OBSERVATION = "observation"
    MISPRINT = "misprint"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing found: the *nodes* and *notes* it is about, told in a *sentence*.

    *group* divides the cases of a check.  *pairs* counts the pairs of billable codes
    concerned, of which *example* is one; 0 where a case is not about pairs.
    """

    group: str
    nodes: tuple[Node, ...]
    notes: tuple[Note, ...]
    sentence: str
    pairs: int = 0
    example: tuple[str, ...] = ()

    def record(self) -> Record:
        """Return the case as a record; each note has the ``line`` of the XML."""
        return {
            "group": self.group,
            "sentence": self.sentence,
            "pairs": self.pairs,
            "example": list(self.example),
            "nodes": [node_record(node) for node in self.nodes],
            "notes": [note_record(n) | {"line": n.line} for n in self.notes],
        }


@dataclass(frozen=True, slots=True)
class Check:
    """A question asked of the whole graph; *find* yields its cases in book order.

    *why* says what the cases mean, and why it matters.
    """

    id: str
    title: str
    weight: Weight
    why: str
    find: Callable[[Graph], Iterator[Case]]


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """A check and all its cases in one release."""

    check: Check
    cases: tuple[Case, ...]

    @property
    def groups(self) -> dict[str, int]:
        """How many cases each group has, the largest first."""
        return dict(Counter(case.group for case in self.cases).most_common())

    def record(self) -> Record:
        """Return the finding as a record."""
        return {
            "id": self.check.id,
            "title": self.check.title,
            "weight": self.check.weight.value,
            "why": self.check.why,
            "count": len(self.cases),
            "groups": self.groups,
            "cases": [case.record() for case in self.cases],
        }

    def __repr__(self) -> str:
        return f"<Finding {self.check.id} {self.check.title}: {len(self.cases):,}>"


def named(node: Node) -> str:
    """Return what *node* is called in a sentence.

    >>> from icdgraph.toy import toy
    >>> named(toy().core["M54"]), named(toy().core.section("M50-M54")), named(toy().core.chapter(13))
    ('M54', 'section M50-M54', 'chapter 13')
    """
    if node.kind == Kind.CHAPTER:
        return f"chapter {node.code}"
    return f"section {node.code}" if node.kind == Kind.SECTION else node.code


def said(note: Note) -> str:
    """Return *note* as a sentence gives it: its kind, its place and its words.

    >>> from icdgraph.toy import toy
    >>> said(toy().core["M54"].notes[0])
    'Excludes1 at M54 “psychogenic dorsalgia (F45.41)”'
    """
    heading = f"{note.heading} " if note.heading else ""
    return f"{note.kind.heading} at {named(note.owner)} “{heading}{note.text}”"


def some(nodes: tuple[Node, ...], most: int = 3) -> str:
    """Return the names of *nodes*, the first *most* and how many more there are.

    >>> from icdgraph.toy import toy
    >>> some(toy().core["M54"].children, 2)
    'M54.2, M54.4 and 1 more'
    """
    names = ", ".join(named(node) for node in nodes[:most])
    more = len(nodes) - most
    return f"{names} and {more:,} more" if more > 0 else names
