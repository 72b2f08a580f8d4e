"""The graph of one release: nodes by name, their relations to each other, and notes.

A `Graph` never changes once it is built, so that several releases can live side by
side.  It answers with light objects made on demand (`icdgraph.graph.nodes`), and by
number to whoever asks often (`icdgraph.graph.questions`).
"""

from __future__ import annotations

import copyreg
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from icdgraph.errors import DamagedRelease, UnknownCode
from icdgraph.graph.columns import LAYOUT, Columns
from icdgraph.graph.nodes import Defect, Edge, Node, Note, note
from icdgraph.graph.questions import Questions
from icdgraph.model import (
    DefectKind,
    Kind,
    NoteKind,
    Problem,
    Relation,
    SeventhException,
)
from icdgraph.release import cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray


class Graph(Questions, Mapping[str, Node]):
    """The classification of one release as a typed graph.

    As a mapping it holds the categories, subcategories and codes by code, in the order
    of the book.  A key may be written in any of the ways people write codes, or be the
    range of a section or chapter.

    >>> from icdgraph.toy import toy
    >>> toy().core["m5450"]
    <code M54.50 'Low back pain, unspecified'>
    """

    def __init__(self, columns: Columns) -> None:
        super().__init__(columns)
        if self.edition.key:
            _open[self.edition.key] = self

    def __reduce__(self) -> tuple[type[Graph], tuple[Columns]]:
        """Return what is pickled: the columns, from which the rest is made again."""
        return Graph, (self._columns,)

    # Finding nodes

    def __getitem__(self, key: str | Node) -> Node:
        """Return the node that *key* names: a code in any spelling, or a range.

        Raises `UnknownCode`, and `ParseError` for what cannot be a code; both are
        `KeyError`.
        """
        return Node(self, self.number_of(key))

    def get(self, key: object, default: Any = None) -> Any:
        """Return the node that *key* names, *default* where there is none."""
        try:
            number = self._find(key)
        except KeyError:
            return default
        return default if number is None else Node(self, number)

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def number_of(self, key: object) -> int:
        """Return the number of the node that *key*, a text or a node, names.

        A node of another release is looked up by its code.  Raises as
        `Questions.number_of` does.
        """
        if isinstance(key, Node):
            return key.number if key.graph is self else super().number_of(key.code)
        try:
            # Most keys are codes as they are printed: no second call for them.
            return self._numbers[key]  # type: ignore[index]
        except (KeyError, TypeError):
            return super().number_of(key)

    def _find(self, key: object) -> int | None:
        if isinstance(key, Node):
            if key.graph is self:
                return key.number
            key = key.code
        return super()._find(key)

    def array_of(self, keys: Iterable[object]) -> NDArray[np.int32]:
        """Return the numbers of the nodes that *keys* name, as an array."""
        import numpy as np

        return np.fromiter(map(self.number_of, keys), dtype=np.int32)

    def section(self, name: str) -> Node:
        """Return the section *name*, its range or its id: ``B99-B99`` or ``B99``.

        Raises `UnknownCode`.
        """
        return Node(self, self.section_of_name(name))

    def chapter(self, name: int | str) -> Node:
        """Return the chapter *name*: its number or its range, 13 or ``M00-M99``.

        Raises `UnknownCode`.
        """
        return Node(self, self.chapter_of_name(name))

    def node(self, number: int) -> Node:
        """Return the node with *number*.  Raises `IndexError`."""
        return Node(self, range(len(self.codes))[number])

    def nodes(self, *kinds: Kind) -> Iterator[Node]:
        """Yield all nodes in the order of the book, of *kinds* where given."""
        return (Node(self, number) for number in self.numbers(*kinds))

    # How two nodes are related

    def subsumes(self, a: str | Node, b: str | Node) -> bool:
        """Return True if *b* is *a* or below it.

        Codes may be written in any way.  Raises `ParseError` and `UnknownCode`.
        """
        numbers = self._numbers
        try:
            i = numbers[a]  # type: ignore[index]
            j = numbers[b]  # type: ignore[index]
        except KeyError:
            i, j = self.number_of(a), self.number_of(b)
        return i <= j <= self.tree.last[i]

    def lca(self, a: str | Node, b: str | Node) -> Node | None:
        """Return the lowest common ancestor, None where only the root is above both.

        A node is its own ancestor here, as is usual for LCA.
        """
        numbers = self._numbers
        try:
            i = numbers[a]  # type: ignore[index]
            j = numbers[b]  # type: ignore[index]
        except KeyError:
            i, j = self.number_of(a), self.number_of(b)
        number = self.tree.lca(i, j)
        return Node(self, number) if number >= 0 else None

    def distance(self, a: str | Node, b: str | Node) -> int:
        """Return the steps between two nodes of the tree, by its root if need be."""
        return self.tree.distance(self.number_of(a), self.number_of(b))

    def excludes1(self, a: str | Node, b: str | Node) -> tuple[Note, ...]:
        """Return the Excludes1 notes that keep *a* and *b* apart, if there are any.

        Two codes conflict when an Excludes1 note applies to one and names the other
        (Official Guidelines I.A.12.a, which excepts conditions that are unrelated).
        """
        one, other = self.node(self.number_of(a)), self.node(self.number_of(b))
        if one == other:
            return ()
        notes = [n for n in one.applicable_notes(NoteKind.EXCLUDES1) if n.names(other)]
        notes += [n for n in other.applicable_notes(NoteKind.EXCLUDES1) if n.names(one)]
        return tuple(notes)

    # Notes and edges

    def note(self, key: int | str) -> Note:
        """Return the note with *key*: its number in the order of the book, or its id.

        Raises `UnknownCode` for an unknown id.

        >>> from icdgraph.toy import toy
        >>> toy().core.note("M54/excludes1/1")
        <excludes1 at M54: 'psychogenic dorsalgia (F45.41)' -> F45.41>
        """
        if isinstance(key, str):
            owner = self._find(key.partition("/")[0])
            numbers = () if owner is None else self.notes_at(owner)
            found = [number for number in numbers if self.note_id(number) == key]
            if not found:
                raise UnknownCode(
                    f"unknown note {key!r} in ICD-10-CM {self.version}: expected an id "
                    "such as M54/excludes1/1"
                )
            (key,) = found
        return note(self, key)

    def notes(self, *kinds: NoteKind) -> Iterator[Note]:
        """Yield all notes in the order of the book, of *kinds* where given."""
        return map(self.note, self.note_numbers(*kinds))

    def edges(self, *relations: Relation) -> Iterator[Edge]:
        """Yield all edges, of *relations* where given, by source in book order."""
        for node in self.nodes():
            for edge in node.edges:
                if not relations or edge.relation in relations:
                    yield edge

    # What could not be read

    @property
    def defects(self) -> tuple[Defect, ...]:
        """The faults of the print, in the order of the book."""
        return tuple(
            Defect(DefectKind(kind), text, note(self, number))
            for number, kind, text in self.defects_by_note()
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the reader of the file kept aside, such as unknown elements."""
        return tuple(Problem(*problem) for problem in self._columns.problems)

    @property
    def seventh_exceptions(self) -> tuple[SeventhException, ...]:
        """The exceptions to 7th characters, and the codes they keep out."""
        return tuple(
            SeventhException(top, tuple(made), at, tuple(values), text, tuple(removed))
            for top, made, at, values, text, removed in self._columns.exceptions
        )

    def __eq__(self, other: object) -> bool:
        return self is other  # unlike other mappings

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return (
            f"<Graph ICD-10-CM {self.version}: {self.node_count:,} nodes, "
            f"{len(self.leaves):,} billable codes, {self.note_count:,} notes>"
        )


# Graphs that this process has open

_open: WeakValueDictionary[str, Graph] = WeakValueDictionary()
"""By the key of their edition."""


def reopen(key: str) -> Graph:
    """Return the graph of the release with *key*: open already, or from the cache.

    Raises `DamagedRelease` where neither has it.
    """
    graph = _open.get(key)
    if graph is None:
        content = cache.read(f"{key}-{LAYOUT}.graph")
        if content is None:
            raise DamagedRelease(
                f"the release {key[:8]} is not in the cache {str(cache.folder())!r}. "
                "Load it first: icdgraph.load(...)"
            )
        graph = Graph(Columns.unpack(content))
    return graph


def _reopened_node(key: str, number: int) -> Node:
    return Node(reopen(key), number)


def _reduce_node(node: Node) -> tuple[Callable[..., Node], tuple[Any, ...]]:
    """Return what is pickled of *node*: its release by key, not the whole graph."""
    key = node.graph.edition.key
    if not key:
        return Node, (node.graph, node.number)
    return _reopened_node, (key, node.number)


copyreg.pickle(Node, _reduce_node)
