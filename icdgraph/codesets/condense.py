r"""From a set of codes to the fewest words that mean it.

A set is painted onto the tree.  A stroke paints what one term of the grammar names: a
code with all beneath it, all beneath it, a run of neighbours, or one header alone.  It
adds what it paints, or takes it away, and smaller strokes lie on larger ones:

    E11         1 1 1 1 1 1 1 1 1        add E11
    E11.3             0 0 0              take E11.3 away
    E11.311             1                add E11.311 again

    E11 except E11.3 or E11.311

The fewest strokes are found from the leaves up.  For each node and each colour of the
ground beneath it, the cost is the fewest strokes that are still needed inside.  Among
children, each may keep the ground or have it turned, and every run of turned neighbours
costs one stroke.  That is enough: n strokes along a line have 2n ends, so that no
overlapping strokes can make more than n runs (of two colours, the "strange printer").
With neighbours left out it is the optimal routing table of Draves, King, Venkatachary
and Zill (INFOCOM 1999), where codes are addresses.

Neighbours are children of one node, or categories, all of which follow each other in
the order of the book.  A range such as E11.00-E11.3, whose ends stand on different
levels, is never written: people do not agree on what it means.

All beneath a code, E11.3-, is written where it has several children.

In a set without headers, headers are free to be painted; `` and billable`` at the end
then leaves them out.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate, groupby, zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple

from icdgraph.codesets import bits
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icdgraph.graph import Graph

TERM = 1 << 30
"""The cost of a stroke, to which each character of its term adds 1."""

FAR = 1 << 60
"""The cost of what is never best."""

Colour = Literal[0, 1]
Costs = tuple[int, int]
"""Of one node: on ground that is not painted, and on ground that is."""

Form = Literal["subtree", "beneath", "exact", "range"]


class Term(NamedTuple):
    """What one stroke paints: *first*, or the run of nodes from *first* to *last*."""

    form: Form
    first: int
    last: int


_RUNS = (re.compile("1+"), re.compile("0+"))
"""In a row of leaves, the runs to turn on either ground."""


class Plan(NamedTuple):
    """How to paint some children: the least *cost*, and the way to it.

    A child is kept (0), turned by a stroke of its own (1), or by that of the child
    before it (2).  *state* is that of the last one.  Each of *steps* is for a child
    twice the state of the one before it, if this one is 0 or 1, and 1 more if before a
    2 there is a 2.  They are bytes: tuples would wake the garbage collector.
    """

    cost: int
    steps: bytearray
    state: int

    def turned(self) -> list[bool]:
        """Return which of the children are turned."""
        state, found = self.state, []
        for step in reversed(self.steps):
            found.append(state > 0)
            state = 1 + step % 2 if state == 2 else step // 2
        return found[::-1]


Layers = list[list[Term]]
"""Terms to add, then terms to take away from them, then terms to add again, ..."""


def condense(graph: Graph, chosen: int) -> str:
    """Return the shortest expression of the bits *chosen*, empty for none.

    Shortest is the one of the fewest terms; among those, the one whose terms have the
    fewest characters, the commas and words between them not counted.

    >>> from icdgraph.toy import toy
    >>> g = toy()
    >>> condense(g.core, g.codes("M50-M54 except M54.4- and billable").bits)
    'M51-M54 except M54.4 and billable'
    """
    found = layers(graph, chosen)
    text = _text(graph, found)
    if painted(graph, found) == chosen:
        return text
    return f"({text}) and billable" if " or " in text else f"{text} and billable"


def terms(graph: Graph, chosen: int) -> str:
    """Return what `condense` does without the words that leave headers out."""
    return _text(graph, layers(graph, chosen))


def layers(graph: Graph, chosen: int, *, ranges: bool = True) -> Layers:
    """Return the fewest terms that paint the bits *chosen*, by layer.

    Without *ranges*, each term is the subtree of one node.
    """
    roots = list(graph.numbers(Kind.CATEGORY))
    return _Painter(graph, chosen, ranges).paint(roots)


def painted(graph: Graph, found: Layers) -> int:
    """Return the bits that the layers *found* paint, free headers among them."""
    size = len(graph.codes)
    canvas = bytearray(b"0") * (size + 1)
    for level, layer in enumerate(found):
        digit = b"01"[1 - level % 2 : 2 - level % 2]
        for form, first, last in layer:
            start = first + 1 if form == "beneath" else first
            end = first + 1 if form == "exact" else graph.tree.last[last] + 1
            canvas[size - end + 1 : size - start + 1] = digit * (end - start)
    return int(canvas, 2) & bits.every(graph)


_TEMPLATES: dict[Form, str] = {
    "subtree": "{0}",
    "beneath": "{0}-",
    "exact": "={0}",
    "range": "{0}-{1}",
}


def _text(graph: Graph, found: Layers) -> str:
    codes = graph.codes
    written = [
        ", ".join(
            _TEMPLATES[term.form].format(codes[term.first], codes[term.last])
            for term in sorted(layer, key=lambda term: term.first)
        )
        for layer in found
    ]
    pairs = zip_longest(written[::2], written[1::2])
    return " or ".join(" except ".join(filter(None, pair)) for pair in pairs)


class _Painter:
    """Finds the strokes for one set: costs from the leaves up, then terms down."""

    def __init__(self, graph: Graph, chosen: int, ranges: bool) -> None:
        size = graph.node_count
        leaves = bits.billable(graph)
        self.layers: Layers = []
        self._tree = graph.tree
        self._ranges = ranges
        self._has_headers = bool(chosen & ~leaves)
        self._wanted = bits.digits(chosen, size)
        self._lengths = bytes(map(len, graph.codes))
        counted = bits.every(graph) if self._has_headers else leaves
        self._ones = _sums(self._wanted)
        self._all = _sums(bits.digits(counted, size))
        self._costs: dict[int, Costs] = {}
        self._plans: dict[int, tuple[Plan, Plan]] = {}
        # The same few rows, such as those of A, D and S, come thousands of times.
        self._row_costs = cache(self._count_row)
        self._count_costs(graph)

    def paint(self, roots: list[int]) -> Layers:
        """Return the layers of terms for the subtrees of *roots*, in their order."""
        self._paint(roots, self._plan(roots, 0), 0)
        while self.layers and not self.layers[-1]:
            self.layers.pop()
        return self.layers

    # Costs

    def _count_costs(self, graph: Graph) -> None:
        """Fill the costs of the nodes that hold both wanted and unwanted codes."""
        ones, counted = self._ones, self._all
        mixed = [
            node
            for node, last in enumerate(self._tree.last)
            if node < last
            and graph.is_code(node)
            and 0 < ones[last + 1] - ones[node] < counted[last + 1] - counted[node]
        ]
        for node in reversed(mixed):
            on_empty, on_painted = self._inside(node)
            if self._has_headers:
                own = TERM + self._lengths[node] + 1
                is_wanted = self._wanted[node] == "1"
                on_empty += own * is_wanted
                on_painted += own * (not is_wanted)
            self._costs[node] = on_empty, on_painted

    def _inside(self, node: int) -> Costs:
        """Return the costs of what stands beneath *node*."""
        if self._is_row(node):
            on_empty, on_painted = self._row_costs(
                self._row(node), self._lengths[node + 1]
            )
        else:
            children = list(self._tree.children(node))
            plans = self._plan(children, 0), self._plan(children, 1)
            self._plans[node] = plans
            on_empty, on_painted = plans[0].cost, plans[1].cost
        turned = self._price_beneath(node)
        return min(on_empty, turned + on_painted), min(on_painted, turned + on_empty)

    def _price_beneath(self, node: int) -> int:
        """Return the cost of one stroke over all beneath *node*, if that is a term."""
        several = self._tree.last[node + 1] < self._tree.last[node]
        return TERM + self._lengths[node] + 1 if self._ranges and several else FAR

    def _is_row(self, node: int) -> bool:
        """Say whether only leaves stand beneath *node*, with names of one length."""
        low, high = self._tree.span(node)
        first, end = node + 1, self._tree.last[node] + 1
        length = self._lengths[first]
        return high - low == end - first == self._lengths.count(length, first, end)

    def _row(self, node: int) -> str:
        """Return a digit for each code beneath *node*: 1 for a wanted one."""
        return self._wanted[node + 1 : self._tree.last[node] + 1]

    def _count_row(self, row: str, length: int) -> Costs:
        """Return the costs of a *row* of leaves whose names have *length*."""
        if self._ranges:
            return _runs(row, "0", length), _runs(row, "1", length)
        price = TERM + length
        return row.count("1") * price, row.count("0") * price

    def _cost(self, node: int) -> Costs:
        costs = self._costs.get(node)
        if costs is None:
            is_wanted = self._ones[self._tree.last[node] + 1] > self._ones[node]
            return (FAR, 0) if is_wanted else (0, FAR)
        return costs

    def _plan(self, children: Sequence[int], ground: Colour) -> Plan:
        """Return the cheapest way to paint *children* on *ground*, each or in runs."""
        keep, alone, joined, end = 0, FAR, FAR, 0
        steps = bytearray()
        for child in children:
            costs, length = self._cost(child), self._lengths[child]
            here, turned = costs[ground], costs[1 - ground]
            best, state = _least(keep, alone, joined + end)
            steps.append(2 * state + (joined < alone))
            joined = min(alone, joined) + turned if self._ranges else FAR
            keep, alone = best + here, best + TERM + length + turned
            end = 1 + length
        best, state = _least(keep, alone, joined + end)
        return Plan(best, steps, state)

    # Terms

    def _paint(self, children: list[int], plan: Plan, level: int) -> None:
        """Paint *children* by their *plan* on the ground of *level*."""
        at = 0
        for is_turned, run in groupby(plan.turned()):
            members = children[at : at + sum(1 for _ in run)]
            at += len(members)
            if is_turned:
                self._layer(level).extend(self._joined(members))
            for child in members:
                if child in self._costs:
                    self._descend(child, level + is_turned)

    def _descend(self, node: int, level: int) -> None:
        """Paint *node*, which is mixed, on the ground of *level*."""
        if self._has_headers and int(self._wanted[node]) != level % 2:
            self._layer(level).append(Term("exact", node, node))
        plans = self._plans.get(node)
        if plans is None:
            self._paint_row(node, level)
        else:
            level = self._beneath(node, (plans[0].cost, plans[1].cost), level)
            self._paint(list(self._tree.children(node)), plans[level % 2], level)

    def _paint_row(self, node: int, level: int) -> None:
        """Paint the leaves beneath *node*."""
        row = self._row(node)
        costs = self._row_costs(row, self._lengths[node + 1])
        level = self._beneath(node, costs, level)
        for run in _RUNS[level % 2].finditer(row):
            members = range(node + 1 + run.start(), node + 1 + run.end())
            self._layer(level).extend(self._joined(members))

    def _beneath(self, node: int, costs: Costs, level: int) -> int:
        """Turn all beneath *node* if that is cheaper, and return the level inside."""
        here, turned = costs[level % 2], costs[1 - level % 2]
        if here <= self._price_beneath(node) + turned:
            return level
        self._layer(level).append(Term("beneath", node, node))
        return level + 1

    def _layer(self, level: int) -> list[Term]:
        while len(self.layers) <= level:
            self.layers.append([])
        return self.layers[level]

    def _joined(self, members: Sequence[int]) -> list[Term]:
        """Return the term of a run of *members*, or one for each if none may join."""
        if len(members) == 1 or not self._ranges:
            return [Term("subtree", n, n) for n in map(self._own, members)]
        return [Term("range", members[0], members[-1])]

    def _own(self, node: int) -> int:
        """Return the one code of a subtree that has but one, unless headers count."""
        last = self._tree.last[node]
        if last == node or self._has_headers:
            return node
        low, high = self._tree.span(node)
        return last if high - low == 1 else node


def _runs(row: str, kept: str, length: int) -> int:
    """Return the cost of turning what in *row* is not *kept*, names having *length*."""
    runs = [len(run) for run in row.split(kept) if run]
    alone = runs.count(1)
    return len(runs) * (TERM + 2 * length + 1) - alone * (length + 1)


def _least(keep: int, alone: int, joined: int) -> tuple[int, int]:
    """Return the least of three costs, and which of them it is."""
    if keep <= alone:
        return (keep, 0) if keep <= joined else (joined, 2)
    return (alone, 1) if alone <= joined else (joined, 2)


def _sums(digits: str) -> list[int]:
    return list(accumulate(map(int, digits), initial=0))
