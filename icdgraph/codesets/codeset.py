"""A set of codes of one release: what an expression or a list of codes comes to.

    g.codes("E11 except E11.9 and billable")     a text: a code has all beneath it
    g.codes(["E11.21", "E11.22"])                a list: each code is itself alone

A set never changes.  It holds headers as well as billable codes, for ``E11`` is both;
`CodeSet.billable` is what may stand on a claim.  Sets are put together as Python's own
are, and everything comes in the order of the book.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from icdgraph.codes import Code
from icdgraph.codesets import bits, condense, meaning
from icdgraph.codesets.grammar import parse
from icdgraph.errors import IcdGraphError, UnknownCode
from icdgraph.graph import Graph, Node
from icdgraph.model import CODE_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.codesets.difference import Change

SHOWN = 6
"""Codes that a repr shows before it counts the rest."""
SHOWN_IN_NOTEBOOK = 100


@dataclass(frozen=True, slots=True, repr=False)
class CodeSet:
    """Codes of *graph*, headers among them, as *bits*: see `icdgraph.codesets.bits`.

    Sets are equal when they hold the same codes of the same graph.

    >>> from icdgraph.toy import toy
    >>> g = toy()
    >>> found = g.codes("M54 and billable") - g.codes("M54.5")
    >>> found
    <CodeSet of 3 codes, all billable: M54.2, M54.41, M54.42>
    >>> "m5441" in found, found.condense()
    (True, 'M54.2-M54.4 and billable')
    """

    graph: Graph
    bits: int

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __iter__(self) -> Iterator[Code]:
        names = self.graph.codes
        return (Code(names[number]) for number in bits.numbers(self.bits))

    def __contains__(self, code: object) -> bool:
        if isinstance(code, Node):
            is_known = code.kind in CODE_KINDS
            node = self.graph.get(code.code) if is_known else None
        else:
            node = self.graph.get(code) if isinstance(code, str) else None
        return node is not None and bool(self.bits >> node.number & 1)

    # Algebra

    def __or__(self, other: CodeSet) -> CodeSet:
        return self._with(self.bits | self._bits_of(other))

    def __and__(self, other: CodeSet) -> CodeSet:
        return self._with(self.bits & self._bits_of(other))

    def __sub__(self, other: CodeSet) -> CodeSet:
        return self._with(self.bits & ~self._bits_of(other))

    def __xor__(self, other: CodeSet) -> CodeSet:
        return self._with(self.bits ^ self._bits_of(other))

    def __le__(self, other: CodeSet) -> bool:
        return not self.bits & ~self._bits_of(other)

    def __lt__(self, other: CodeSet) -> bool:
        return self <= other and self.bits != other.bits

    def __ge__(self, other: CodeSet) -> bool:
        return not self._bits_of(other) & ~self.bits

    def __gt__(self, other: CodeSet) -> bool:
        return self >= other and self.bits != other.bits

    def isdisjoint(self, other: CodeSet) -> bool:
        """Say whether no code is in both."""
        return not self.bits & self._bits_of(other)

    def _with(self, found: int) -> CodeSet:
        return CodeSet(self.graph, found)

    def _bits_of(self, other: CodeSet) -> int:
        if not isinstance(other, CodeSet):
            raise TypeError(
                f"{type(other).__name__!r} is not a CodeSet; g.codes(...) makes one"
            )
        if other.graph is not self.graph:
            raise IcdGraphError(
                f"the sets are of two releases, {self.graph.edition.identifier!r} and "
                f"{other.graph.edition.identifier!r}; two of one graph would be right"
            )
        return other.bits

    # Questions

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes, in the order of the book."""
        return tuple(map(self.graph.node, bits.numbers(self.bits)))

    @property
    def billable(self) -> CodeSet:
        """The billable codes of the set."""
        return self._with(self.bits & bits.billable(self.graph))

    @property
    def headers(self) -> CodeSet:
        """The headers of the set: its codes that are not billable."""
        return self._with(self.bits & ~bits.billable(self.graph))

    def condense(self) -> str:
        """Return the shortest expression of the set; of an empty one, ``""``.

        It has the fewest terms, and among equals the fewest characters in them;
        `icdgraph.codesets.condense` says what terms there are.  Given to
        `Graph.codes`, it makes the same set again.
        """
        return condense.condense(self.graph, self.bits)

    def changes(self, since: CodeSet) -> tuple[Change, ...]:
        """Return what was added and removed *since* another set, by category."""
        from icdgraph.codesets.difference import changes

        return changes(since, self)

    def to(self, form: str, *, column: str = "code", compact: bool = False) -> str:
        """Return the set in the format *form*, a key of `formats.FORMATS`.

        *column* is the column of an SQL condition; *compact* leaves out the dots where
        a format has a choice.  Raises `IcdGraphError` for a format that there is not.

        >>> from icdgraph.toy import toy
        >>> print(toy().codes("M54.4 and billable").to("sql-in", column="dx"), end="")
        dx IN ('M54.41', 'M54.42')
        """
        from icdgraph.codesets.formats import written

        return "".join(written(self, form, column=column, compact=compact))

    # How it is shown

    def __repr__(self) -> str:
        names = [str(code) for code, _ in zip(self, range(SHOWN), strict=False)]
        more = ", ..." if len(self) > SHOWN else ""
        shown = f": {', '.join(names)}{more}" if names else ""
        return f"<CodeSet of {self.count}{shown}>"

    @property
    def count(self) -> str:
        """Its size in words: ``98 codes, 74 billable``."""
        codes, billable = len(self), len(self.billable)
        words = f"{codes:,} {'code' if codes == 1 else 'codes'}"
        if not codes:
            return words
        return f"{words}, {'all' if codes == billable else f'{billable:,}'} billable"

    def _repr_html_(self) -> str:
        """Return the set for a notebook: code, title and whether it is billable."""
        rows = "".join(
            f"<tr><td>{node.code}</td><td>{escape(node.title)}</td>"
            f"<td>{'yes' if node.is_billable else 'no'}</td></tr>"
            for node in self._with(self._first(SHOWN_IN_NOTEBOOK)).nodes
        )
        more = f", {SHOWN_IN_NOTEBOOK} shown" if len(self) > SHOWN_IN_NOTEBOOK else ""
        return (
            "<table><thead><tr><th>code</th><th>title</th><th>billable</th></tr></thead>"
            f"<tbody>{rows}</tbody></table><p>{self.count}{more}</p>"
        )

    def _first(self, limit: int) -> int:
        """Return the bits of the first *limit* codes."""
        chosen = zip(bits.numbers(self.bits), range(limit), strict=False)
        return bits.of((n for n, _ in chosen), len(self.graph.codes))


def codeset(
    graph: Graph,
    expression: str | Iterable[str | Node],
    *,
    patterns: bool = True,
) -> CodeSet:
    """Return the set that *expression* says, or that a list of codes holds.

    In a text, a code has all that is beneath it; in a list, each is itself alone.
    Without *patterns*, regular expressions are refused.

    Raises `ParseError` and `UnknownCode`; those of a text show the place.

    >>> from icdgraph.toy import toy
    >>> codeset(toy().core, "M54.4")
    <CodeSet of 3 codes, 2 billable: M54.4, M54.41, M54.42>
    >>> codeset(toy().core, ["M544"])
    <CodeSet of 1 code, 0 billable: M54.4>
    """
    if isinstance(expression, str):
        read = parse(expression)
        found = meaning.evaluate(graph, read, expression, patterns=patterns)
        return CodeSet(graph, found)
    numbers = (_number(graph, code) for code in expression)
    return CodeSet(graph, bits.of(numbers, len(graph.codes)))


def _number(graph: Graph, code: str | Node) -> int:
    node = graph.node(graph.number_of(code))
    if node.kind not in CODE_KINDS:
        raise UnknownCode(
            f"the {node.kind} {node.code!r} is no code; "
            f"codes({node.code!r}), a text, would be right"
        )
    return node.number
