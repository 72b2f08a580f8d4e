"""A set of codes of one release: the value of an expression or of a list of codes.

    g.codes("E11 except E11.9 and billable")     text: E11 includes everything below it
    g.codes(["E11.21", "E11.22"])                a list: each code is only itself

A set has headers as well as billable codes; `CodeSet.billable` leaves headers out.
Sets are combined with the operators of Python's own sets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from icdgraph.codes import Code
from icdgraph.codesets import bits, meaning
from icdgraph.codesets.condense import condense
from icdgraph.codesets.difference import changes
from icdgraph.codesets.formats import write
from icdgraph.codesets.grammar import parse
from icdgraph.errors import IcdGraphError, UnknownCode
from icdgraph.model import CODE_KINDS
from icdgraph.serialize import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.codesets.difference import Change
    from icdgraph.graph import Graph, Node

SHOWN, SHOWN_IN_NOTEBOOK = 6, 100
"""Codes that are shown at most."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class CodeSet:
    """Codes of *graph*, headers included, as *bits* (see `icdgraph.codesets.bits`).

    >>> from icdgraph.toy import toy
    >>> g = toy()
    >>> codes = g.codes("M54 and billable") - g.codes("M54.5")
    >>> codes
    <CodeSet of 3 codes, all billable: M54.2, M54.41, M54.42>
    >>> "m5441" in codes, codes.condense()
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
        node = self.graph.get(code)
        return node is not None and bool(self.bits >> node.number & 1)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CodeSet):
            return NotImplemented
        return self._is_comparable(other) and self.bits == other.bits

    def __hash__(self) -> int:
        return hash(self.bits)

    def _is_comparable(self, other: CodeSet) -> bool:
        return self.graph.node(0) == other.graph.node(0)  # nodes know their release

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what is pickled: of the graph only the key, which a node carries."""
        return _reopened, (self.graph.node(0), self.bits)

    # Algebra

    def __or__(self, other: CodeSet) -> CodeSet:
        return replace(self, bits=self.bits | self._bits_of(other))

    def __and__(self, other: CodeSet) -> CodeSet:
        return replace(self, bits=self.bits & self._bits_of(other))

    def __sub__(self, other: CodeSet) -> CodeSet:
        return replace(self, bits=self.bits & ~self._bits_of(other))

    def __xor__(self, other: CodeSet) -> CodeSet:
        return replace(self, bits=self.bits ^ self._bits_of(other))

    # Python answers ``a >= b`` and ``a > b`` with these, too.
    def __le__(self, other: CodeSet) -> bool:
        return not self.bits & ~self._bits_of(other)

    def __lt__(self, other: CodeSet) -> bool:
        return self <= other and self.bits != other.bits

    def _bits_of(self, other: CodeSet) -> int:
        if not isinstance(other, CodeSet):
            raise TypeError(
                f"expected a CodeSet, got {type(other).__name__!r}. "
                "Make one with g.codes(...)."
            )
        if not self._is_comparable(other):
            raise IcdGraphError(
                "expected two sets of the same release, got "
                f"{self.graph.edition.identifier!r} and "
                f"{other.graph.edition.identifier!r}"
            )
        return other.bits

    # Questions

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes, in book order."""
        return tuple(map(self.graph.node, bits.numbers(self.bits)))

    @property
    def billable(self) -> CodeSet:
        """The billable codes of the set."""
        return replace(self, bits=self.bits & bits.billable(self.graph))

    @property
    def headers(self) -> CodeSet:
        """The headers of the set: its codes that are not billable."""
        return self - self.billable

    def condense(self) -> str:
        """Return the shortest expression of the set, ``""`` for an empty one."""
        return condense(self.graph, self.bits)

    def changes(self, since: CodeSet) -> tuple[Change, ...]:
        """Return what was added and removed *since* another set, by category.

        Raises `IcdGraphError` for sets of two releases.
        """
        return changes(self.graph, self._bits_of(since), self.bits)

    def to(self, form: str, *, column: str = "code", compact: bool = False) -> str:
        """Return the set in the format *form*, as `icdgraph.codesets.formats.write`.

        >>> from icdgraph.toy import toy
        >>> print(toy().codes("M54.4 and billable").to("sql-in", column="dx"), end="")
        dx IN ('M54.41', 'M54.42')
        """
        return write(self.graph, self.bits, form, column=column, compact=compact)

    # How it is shown

    def __repr__(self) -> str:
        return f"<CodeSet of {self.count}{f': {self.few}' if self else ''}>"

    @property
    def few(self) -> str:
        """The first codes of the set: ``M54.50, M54.51, ...``."""
        return ", ".join([*islice(self, SHOWN), *["..."][: len(self) > SHOWN]])

    @property
    def count(self) -> str:
        """The size of the set in words: ``98 codes, 74 billable``."""
        codes, billable = len(self), len(self.billable)
        share = "all" if codes == billable else f"{billable:,}"
        return counted(codes, "code") + (f", {share} billable" if codes else "")

    def _repr_html_(self) -> str:
        """Return the set for a notebook: code, title and whether it is billable."""
        rows = "".join(
            f"<tr><td>{node.code}</td><td>{escape(node.title)}</td>"
            f"<td>{'yes' if node.is_billable else 'no'}</td></tr>"
            for node in self.nodes[:SHOWN_IN_NOTEBOOK]
        )
        more = f", {SHOWN_IN_NOTEBOOK} shown" if len(self) > SHOWN_IN_NOTEBOOK else ""
        return (
            "<table><thead><tr><th>code</th><th>title</th><th>billable</th></tr></thead>"
            f"<tbody>{rows}</tbody></table><p>{self.count}{more}</p>"
        )


def _reopened(node: Node, chosen: int) -> CodeSet:
    return CodeSet(node.graph, chosen)  # type: ignore[arg-type]


def codeset(
    graph: Graph, expression: str | Iterable[str | Node], *, patterns: bool = True
) -> CodeSet:
    """Return the set of codes that *expression*, a text or a list of codes, names.

    Without *patterns*, regular expressions are refused.  Raises `ParseError` and
    `UnknownCode`, which show the place in a text.

    >>> from icdgraph.toy import toy
    >>> codeset(toy().core, "M54.4")
    <CodeSet of 3 codes, 2 billable: M54.4, M54.41, M54.42>
    >>> codeset(toy().core, ["M544"])
    <CodeSet of 1 code, 0 billable: M54.4>
    """
    if isinstance(expression, str):
        parsed = parse(expression)
        chosen = meaning.evaluate(graph, parsed, expression, patterns=patterns)
        return CodeSet(graph, chosen)
    numbers = (_number(graph, code) for code in expression)
    return CodeSet(graph, bits.of(numbers, graph.node_count))


def _number(graph: Graph, code: str | Node) -> int:
    node = graph.node(graph.number_of(code))
    if node.kind not in CODE_KINDS:
        raise UnknownCode(
            f"expected a code, got the {node.kind} {node.code!r}. For the codes in it, "
            f"use the expression codes({node.code!r})."
        )
    return node.number
