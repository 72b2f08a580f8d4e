"""Why two codes belong together or apart: their common ancestor, and the notes between.

The answer to ``g.why("M54.50", "F45.41")`` is a record, and tells itself in sentences.
Each gives the note's own words and where it was printed, since a note speaks for all
that stands beneath its owner:

    Only the root stands above both M54.50 (chapter 13) and F45.41 (chapter 5).
    M54.50 and F45.41 are not coded together unless unrelated: Excludes1 at M54
      Dorsalgia, above M54.50: “psychogenic dorsalgia (F45.41)”.

Notes between the two come first, all of them; then those between their parts, where one
is a header; then the shortest ways through other nodes (see `icdgraph.explain.chains`).
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import TYPE_CHECKING

from icdgraph.explain.chains import chains, notes_between
from icdgraph.explain.paths import Found, Path, Step, climb
from icdgraph.model import Kind, Relation
from icdgraph.serialize import Record, node_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node

WIDTH = 86

LIMIT = 5
"""How many paths between parts, and through other nodes, are kept by default."""

MEANINGS = {
    Relation.EXCLUDES1: (
        "{speaker} and {named} are not coded together unless unrelated"
    ),
    Relation.EXCLUDES2: "{named} is not part of {speaker}, and both may be coded",
    Relation.USE_ADDITIONAL: "{named} is coded with {speaker}, after it",
    Relation.CODE_FIRST: "{named} is coded before {speaker}",
    Relation.CODE_ALSO: "{named} is coded with {speaker}, in either order",
}
"""What a note of each relation says (Official Guidelines I.A.12, 13 and 17)."""


@dataclass(frozen=True, slots=True, repr=False)
class Why:
    """How *a* and *b* are connected.

    *lca* is the lowest node above both or equal to one, None where only the root is;
    *tree* the way up to it and down again.  *notes* are the paths along one note, those
    between the whole of *a* and of *b* first; *through* are the shortest along more
    notes, where they were *searched*.  *more_notes* and *more_through* count the paths
    that were not kept.
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
        """The paths of a single step: a note between the whole of both."""
        return tuple(path for path in self.notes if len(path) == 1)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer in sentences: the tree, then each path, then what was left out."""
        return tuple(" ".join(lines) for lines in _blocks(self))

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
        return "\n".join(
            _filled(line, "  " if number else "")
            for lines in _blocks(self)
            for number, line in enumerate(lines)
        )

    def __repr__(self) -> str:
        notes = len(self.notes) + self.more_notes
        ways = len(self.through) + self.more_through
        return (
            f"<Why {self.a.code} and {self.b.code}: {_count(notes, 'note')} between, "
            f"{_count(ways, 'way')} through other nodes>"
        )

    def _repr_html_(self) -> str:
        """Return the answer as HTML without colours of its own, for notebooks."""
        lines = "".join(f"<li>{escape(words)}</li>" for words in self.sentences)
        heads = "<br>".join(
            f"<b>{escape(node.code)}</b> {escape(node.title)}"
            for node in (self.a, self.b)
        )
        return f"<div><p>{heads}</p><ul>{lines}</ul></div>"


def why(
    graph: Graph,
    a: Node,
    b: Node,
    limit: int | None = LIMIT,
    through: bool | None = None,
) -> Why:
    """Return how *a* and *b* are connected.

    All notes between the two are given; of those between parts of them and of the ways
    through other nodes, *limit* each, None for all.  *through* says whether to look for
    ways through other nodes; by default that is done where no note joins the two.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> print(why(g, g["M54.5"], g["S39.012"]))
    Only the root stands above both M54.5 (chapter 13) and S39.012 (chapter 19).
    M54.5 and S39.012 are not coded together unless unrelated: Excludes1 at M54.5: “low
      back strain (S39.012)”.
    """
    tree, lca = climb(graph, a, b), graph.lca(a, b)
    if a == b:
        return Why(a, b, lca, tree)
    notes = notes_between(graph, a, b, limit)
    if through is None:
        through = not any(len(path) == 1 for path in notes.paths)
    # What a part is joined to, the whole is: ways from one to the other say nothing.
    searched = through and lca not in (a, b)
    ways = chains(graph, a, b, limit) if searched else Found()
    return Why(
        a, b, lca, tree, notes.paths, notes.more, ways.paths, ways.more, searched
    )


# Sentences


def _blocks(answer: Why) -> Iterator[tuple[str, ...]]:
    """Yield each statement: a sentence, or a line and what is told under it."""
    yield (_place(answer),)
    if answer.a == answer.b:
        return
    if not answer.notes and not answer.more_notes:
        yield ("No note of the one names the other.",)
    for path in answer.notes:
        yield (_single(path),)
    yield from _rest(answer.more_notes, "between parts of them")
    for path in answer.through:
        yield _chain(path)
    yield from _rest(answer.more_through, "through other nodes, as short")
    if answer.searched and not answer.through and not answer.more_through:
        yield ("No chain of two or three notes joins them.",)


def _rest(count: int, words: str) -> Iterator[tuple[str]]:
    if count:
        yield (f"{_count(count, 'more path')} {words}.",)


def _filled(line: str, indent: str) -> str:
    return fill(
        line,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def _place(answer: Why) -> str:
    """Say how the two stand in the tree."""
    a, b, lca = answer.a, answer.b, answer.lca
    if a == b:
        return f"Both are {_named(a)}."
    if lca is None:
        return f"Only the root stands above both {_placed(a)} and {_placed(b)}."
    if lca in (a, b):
        low = b if lca == a else a
        levels = _count(len(answer.tree), "level")
        return _capital(f"{_named(low)} stands {levels} below {_named(lca)}.")
    steps = _count(len(answer.tree), "step")
    return (
        f"Both stand under {_named(lca)}, their lowest common ancestor, {steps} apart "
        "in the tree."
    )


def _placed(node: Node) -> str:
    if node.kind == Kind.CHAPTER:
        return _called(node)
    return f"{_called(node)} ({_called(node.chapter)})"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _called(node: Node) -> str:
    """Return the name of *node* in a sentence; a range may name two kinds."""
    if node.kind == Kind.CHAPTER:
        return f"chapter {node.code}"
    return f"section {node.code}" if node.kind == Kind.SECTION else node.code


def _named(node: Node) -> str:
    return f"{_called(node)} {node.title}"


def _single(path: Path) -> str:
    """Tell a path of one note, saying where it joins parts alone.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> for path in why(g, g["M54"], g["S39"]).notes:
    ...     print(_single(path)[:73])
    Between parts of them: M54.5 and S39.012 are not coded together unless un
    """
    (step,) = (step for step in path.steps if step.note)
    parts = "" if len(path) == 1 else "Between parts of them: "
    return _capital(f"{parts}{_told(step)}.")


def _chain(path: Path) -> tuple[str, ...]:
    steps = [step for step in path.steps if step.note]
    middles = ", then ".join(_named(step.target) for step in steps[:-1])
    return (f"Through {middles}:", *(_capital(f"{_told(s)}.") for s in steps))


def _told(step: Step) -> str:
    """Tell what the note of *step* says, where it was printed, and in which words."""
    note, ends = step.note, (step.source, step.target)
    if note is None or step.named is None:
        raise ValueError(f"{step!r} is no step along a note")
    speaker, named = ends if step.forward else ends[::-1]
    says = MEANINGS[step.relation].format(
        speaker=_called(speaker), named=_called(named)
    )
    owner = _called(note.owner)
    if note.owner != speaker:
        owner = f"{_named(note.owner)}, above {_called(speaker)}"
    under = ""
    if named != step.named:
        under = f", which names {_called(step.named)}, above {_called(named)}"
    heading = f"{note.heading} " if note.heading else ""
    return f"{says}: {note.kind.heading} at {owner}: “{heading}{note.text}”{under}"
