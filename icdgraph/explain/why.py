"""How two codes are connected: by a common ancestor, and by the notes between them.

The answer to ``g.why("M54.50", "F45.41")`` prints as sentences.  Each gives the words
of a note and the node where it is defined:

    The two are in different chapters: M54.50 in chapter 13 (M00-M99) and F45.41 in
    chapter 5 (F01-F99).
    M54.50 and F45.41 should not be coded together unless the conditions are unrelated:
    Excludes1 “psychogenic dorsalgia (F45.41)”, inherited from M54 Dorsalgia.

All notes between the two come first; then notes between their parts, if one of them is
a header; then the shortest chains through other nodes (see `icdgraph.explain.chains`).
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from icdgraph.explain.chains import chains, notes_between
from icdgraph.explain.paths import Path, Paths, Step, climb
from icdgraph.model import Kind, Relation
from icdgraph.serialize import (
    Record,
    counted,
    node_name,
    node_record,
    quote,
    remark,
    titled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node

LIMIT = 5
"""How many paths between parts, and through other nodes, are returned by default."""

MEANINGS = {
    Relation.EXCLUDES1: (
        "{source} and {target} should not be coded together unless the conditions are "
        "unrelated"
    ),
    Relation.EXCLUDES2: (
        "{target} is not included in {source}, and both may be coded together"
    ),
    Relation.USE_ADDITIONAL: "{target} is coded in addition to {source}, after it",
    Relation.CODE_FIRST: "{target} is coded before {source}",
    Relation.CODE_ALSO: "{target} is coded with {source}, in either order",
}
"""What a note of each relation means (Official Guidelines I.A.12, 13 and 17)."""


@dataclass(frozen=True, slots=True, repr=False)
class Why:
    """How *a* and *b* are connected.

    *lca* is the lowest common ancestor, None if the two are in different chapters;
    *tree* is the path up to it and down again.  *notes* are the paths along one note,
    those between all of *a* and all of *b* first; *through* are the shortest paths
    along several notes, if they were *searched*.  *more_notes* and *more_through* count
    the paths beyond the limit.
    """

    a: Node
    b: Node
    lca: Node | None
    tree: Path
    notes: tuple[Path, ...] = ()
    more_notes: int = 0
    through: tuple[Path, ...] = ()
    more_through: int = 0
    searched: bool = False

    @property
    def paths(self) -> tuple[Path, ...]:
        """All paths along notes, the direct ones first."""
        return (*self.notes, *self.through)

    @property
    def direct(self) -> tuple[Path, ...]:
        """The paths of a single step: a note between all of *a* and all of *b*."""
        return tuple(path for path in self.notes if len(path) == 1)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer in sentences: the tree, each path, and the number of others."""
        return tuple(" ".join(lines) for lines in _statements(self))

    def lines(self) -> Iterator[str]:
        """Yield the answer as lines of text, each note of a chain on its own line."""
        for first, *others in _statements(self):
            yield first
            yield from (f"  {line}" for line in others)

    def record(self) -> Record:
        """Return the answer as a record, for ``--json``."""
        return {
            "a": node_record(self.a),
            "b": node_record(self.b),
            "lca": node_record(self.lca) if self.lca else None,
            "tree": self.tree.record(),
            "notes": [path.record() for path in self.notes],
            "more_notes": self.more_notes,
            "through": [path.record() for path in self.through],
            "more_through": self.more_through,
            "sentences": list(self.sentences),
        }

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        notes = counted(len(self.notes) + self.more_notes, "note")
        through = counted(len(self.through) + self.more_through, "path")
        return (
            f"<Why {self.a.code} and {self.b.code}: {notes} between them, {through} "
            "through other nodes>"
        )

    def _repr_html_(self) -> str:
        """Return the answer as HTML without colors of its own, for notebooks."""
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in self.sentences)
        titles = "<br>".join(
            f"<b>{escape(node.code)}</b> {escape(node.title)}"
            for node in (self.a, self.b)
        )
        return f"<div><p>{titles}</p><ul>{items}</ul></div>"


def why(
    graph: Graph,
    a: Node,
    b: Node,
    limit: int | None = LIMIT,
    through: bool | None = None,
) -> Why:
    """Return how *a* and *b* are connected.

    All notes between the two are returned; of those between parts of them, and of the
    paths through other nodes, *limit* each, None for all.  *through* is whether to look
    for paths through other nodes; by default only if no note connects the two.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> for sentence in why(g, g["M54.50"], g["F45.41"]).sentences:
    ...     print(sentence[:76])
    The two are in different chapters: M54.50 in chapter 13 (M00-M99) and F45.41
    M54.50 and F45.41 should not be coded together unless the conditions are unr
    """
    tree, lca = climb(graph, a, b), graph.lca(a, b)
    if a == b:
        return Why(a, b, lca, tree)
    notes = notes_between(graph, a, b, limit)
    if through is None:
        through = not any(len(path) == 1 for path in notes.paths)
    # A node is connected to all that its own parts are: such chains say nothing.
    searched = through and lca not in (a, b)
    found = chains(graph, a, b, limit) if searched else Paths()
    return Why(
        a, b, lca, tree, notes.paths, notes.more, found.paths, found.more, searched
    )


# Sentences


def _statements(answer: Why) -> Iterator[tuple[str, ...]]:
    """Yield each statement: a sentence, or a line and the lines below it."""
    yield (_place(answer),)
    if answer.a == answer.b:
        return
    if not answer.notes and not answer.more_notes:
        yield ("No note at either of them names the other.",)
    for path in answer.notes:
        yield (_single(path),)
    if answer.more_notes:
        yield (f"{counted(answer.more_notes, 'more path')} between parts of them.",)
    for path in answer.through:
        yield _chain(path)
    if answer.more_through:
        yield (f"{counted(answer.more_through, 'more path')} of the same length.",)
    if answer.searched and not answer.through and not answer.more_through:
        yield ("No chain of two or three notes connects them.",)


def _place(answer: Why) -> str:
    """Describe where the two are in the tree."""
    a, b, lca = answer.a, answer.b, answer.lca
    if a == b:
        return f"Both are {titled(a)}."
    if lca is None:
        places = f"{_in_chapter(a)} and {_in_chapter(b)}"
        return f"The two are in different chapters: {places}."
    if lca in (a, b):
        lower = b if lca == a else a
        levels = counted(len(answer.tree), "level")
        return _capital(f"{titled(lower)} is {levels} below {titled(lca)}.")
    steps = counted(len(answer.tree), "step")
    return (
        f"The lowest common ancestor is {titled(lca)}; the two are {steps} apart in "
        "the tree."
    )


def _in_chapter(node: Node) -> str:
    if node.kind == Kind.CHAPTER:
        return node_name(node)
    return f"{node_name(node)} in {node_name(node.chapter)}"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _single(path: Path) -> str:
    """Describe a path along one note, and whether it connects only parts.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> for path in why(g, g["M54"], g["S39"]).notes:
    ...     print(_single(path)[:73])
    Between parts of them: M54.5 and S39.012 should not be coded together unl
    """
    (step,) = (step for step in path.steps if step.note)
    parts = "" if len(path) == 1 else "Between parts of them: "
    return _capital(f"{parts}{_described(step)}.")


def _chain(path: Path) -> tuple[str, ...]:
    steps = [step for step in path.steps if step.note]
    middles = " and then ".join(titled(step.target) for step in steps[:-1])
    return (f"Through {middles}:", *(_capital(f"{_described(s)}.") for s in steps))


def _described(step: Step) -> str:
    """Return what the note of *step* means, its words, and where it is defined."""
    note, names = step.note, step.names
    assert note is not None
    assert names is not None
    ends = (step.source, step.target)
    source, target = ends if step.forward else ends[::-1]
    meaning = MEANINGS[step.relation].format(
        source=node_name(source), target=node_name(target)
    )
    details = [f"{note.kind.heading} {quote(note)}"]
    if remark(note):
        details[0] += f" ({remark(note)})"
    if note.owner == source:
        details[0] += f" at {node_name(source)}"
    else:
        details.append(f"inherited from {titled(note.owner)}")
    text = f"{meaning}: {', '.join(details)}"
    if names != target:
        text += f"; it names {node_name(names)}, which includes {node_name(target)}"
    return text
