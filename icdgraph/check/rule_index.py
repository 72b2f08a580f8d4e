"""What the rules ask of a release: columns by node number, statements, requirements.

A column has a number for each node, 0 for most.  Another number means that the rule of
the column concerns the node, and tells more: the entry of the Guidelines (from 1), or
the group of codes that the node belongs to.

    column        its numbers                              rule
    header        1: divided further, 2: needs a 7th       E102, E103
    manifestation 1                                        E401, order
    E403 ... N602 entry of the Guidelines                  the rule of that name
    sequela       1                                        W406
    definitive    1: chapters of diseases and injuries     N603, beside
    two_sided     group that has a bilateral code          W501, marks: side
    unsided       1                                        N503
    one_side      group that differs in side alone         W207, marks: unsided
    injury        the code without its 7th character       W502
    burn          the site                                 E504, marks: degree
    degree        of a burn, 1 to 3                        E307
    category      the category of a disease                W207, marks: vague
    vague         1: leaves its category unspecified
    siblings      the subcategory of a disease             W207, marks: residual
    residual      1: leaves its subcategory unspecified
    substance     the drug or other substance              W505, marks: intent
    intent        how it was taken, 1 to 6

The notes and the Guidelines make statements about two codes (`Statements`).  A
requirement is what a code asks for: notes of one list, any of which may be met, or an
entry of the Guidelines.

All of it is derived from the release and from ``entries/*.toml`` by `indexing`, and
kept in the cache.
"""

from __future__ import annotations

from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from icdgraph.check.guidelines import entries
from icdgraph.check.indexing import ENTRY_COLUMNS, read_index
from icdgraph.check.statements import Members, Memo, Statements
from icdgraph.coding.derived import Packed, all_derived, unpack_numbers
from icdgraph.coding.laterality import Laterality, laterality
from icdgraph.model import LINKING, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icdgraph.graph import Graph


class RuleIndex:
    """The columns, statements and requirements of one graph; nothing in it changes.

    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> index = RuleIndex(graph)
    >>> index.columns["header"][graph.number_of("S39.012")]
    2
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        read_index(graph, self._read)

    def _read(self, packed: Packed) -> None:
        self.columns = {
            name: unpack_numbers(column) for name, column in packed["columns"].items()
        }
        self.flags = unpack_numbers(packed["flags"])
        """The columns that are set at each node, as bits (see *flag_of*)."""
        self.flag_of = {name: 1 << i for i, name in enumerate(self.columns)}
        self.of_entries = frozenset(ENTRY_COLUMNS)
        """The columns whose numbers are entries of the Guidelines."""
        self.statements = Statements(packed["statements"])
        self.required = Members(packed["required"])
        """The sources of each requirement: any of them meets it."""
        self.kind_required = unpack_numbers(packed["kind_required"])
        """The kind of each requirement, a bit."""
        self.requirement = unpack_numbers(packed["requirement"])
        """The requirement that each statement belongs to, from 1; 0 for none."""
        self.silencer = unpack_numbers(packed["silencer"])
        """The requirement that silences each entry if it is met, from 1; 0 for none."""
        naming, applying = self.statements.naming, self.statements.applying
        self.met_by = Memo[int, frozenset[int]](lambda c: self._among(naming[c]))
        """The requirements that codes of each target class meet."""
        self.asked_by = Memo[int, list[int]](lambda c: sorted(self._among(applying[c])))
        """The requirements of codes of each owner class."""
        self.kinds_asked = Memo[int, int](
            lambda c: reduce(or_, (self.kind_required[n] for n in self.asked_by[c]), 0)
        )
        """The kinds of those requirements, as bits."""
        self.asked = Memo[tuple[int, int], list[int]](
            lambda key: [
                n for n in self.asked_by[key[0]] if self.kind_required[n] & key[1]
            ]
        )
        """Those of some kinds, by owner class and bits."""
        self.in_words: Memo[int, tuple[int, ...]] = Memo(self._notes_in_words)
        """The notes that apply to each node and that only a reader can decide."""

    def __reduce__(self) -> tuple[Any, tuple[Graph, dict[str, Packed]]]:
        """Return what is pickled: the graph, and what has been derived from it."""
        assert self.laterality
        return _unpickled, (self.graph, all_derived(self.graph))

    @cached_property
    def laterality(self) -> Laterality:
        """The sides of the codes."""
        return laterality(self.graph)

    @cached_property
    def marks(self) -> dict[str, Sequence[int]]:
        """What tells codes of one number of a column apart, by the column's name."""
        return {
            "two_sided": memoryview(self.laterality.sides),
            "burn": self.columns["degree"],
            "category": self.columns["vague"],
            "siblings": self.columns["residual"],
            "substance": self.columns["intent"],
            "one_side": self.columns["unsided"],
            # Any two codes of one group are too many: each has a mark of its own.
            **dict.fromkeys(("injury", "W407"), range(self.graph.node_count)),
        }

    @cached_property
    def sharing(self) -> frozenset[int]:
        """The entries of the Guidelines whose codes share first place."""
        return frozenset(n for n, e in enumerate(entries(), 1) if e.share)

    def sources_of(self, ground: int) -> list[int]:
        """Return the notes, and after all notes the entries, that *ground* stands for.

        A requirement counts on after all entries; any other number stands for itself.
        """
        requirement = ground - self.graph.note_count - len(entries()) - 1
        return [ground] if requirement < 0 else sorted(self.required[requirement])

    def ground_of(self, requirement: int) -> int:
        """Return the number that stands for *requirement* among grounds."""
        return self.graph.note_count + len(entries()) + 1 + requirement

    def meets(self, nodes: Iterable[int], requirement: int) -> bool:
        """Return True if any of *nodes* is a code that *requirement* asks for."""
        met_by, target_class = self.met_by, self.statements.target_class
        return any(requirement in met_by[target_class[n]] for n in nodes if n >= 0)

    def requirements_of(self, a: int, b: int, bits: int) -> list[int]:
        """Return the requirements of *a* that *b* meets; -1 for a statement of none."""
        linking = self.statements.linking(a, b, bits)
        return [self.requirement[number] - 1 for number in linking]

    def silencers(self, a: int, b: int, bit: int) -> list[int]:
        """Return the requirements that, if all are met, let *a* and *b* be together.

        It is empty if something of kind *bit* cannot be silenced.
        """
        statements, first = self.statements, self.graph.note_count
        numbers = statements.linking(a, b, bit) + statements.linking(b, a, bit)
        entry = [statements.sources[number] - first for number in numbers]
        silencers = [self.silencer[n] if n > 0 else 0 for n in entry]
        return [n - 1 for n in silencers] if all(silencers) else []

    def _among(self, statements: frozenset[int]) -> frozenset[int]:
        """Return the requirements that *statements* belong to."""
        of = self.requirement
        return frozenset(of[number] - 1 for number in statements if of[number])

    def _notes_in_words(self, node: int) -> tuple[int, ...]:
        graph = self.graph
        # The line above a list is read with the list.
        return tuple(
            note
            for above in (node, *graph.tree.ancestors(node))
            for note in graph.notes_from(above)
            if graph.kind_of_note(note) in LINKING
            and graph.state_of(note) in (State.TEXT, State.QUALIFIED)
            and not graph.text_of(note).rstrip().endswith(":")
        )


def _unpickled(graph: Graph, kept: dict[str, Packed]) -> RuleIndex:
    all_derived(graph).update(kept)
    return RuleIndex(graph)
