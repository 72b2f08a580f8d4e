"""Laws of code sets: condensing and expanding, algebra, printing and parsing."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icdgraph import ParseError, UnknownCode
from icdgraph.codesets import CodeSet, bits, listing
from icdgraph.codesets.expression import RELATIONS, SIDES, Expression, Group, Item
from icdgraph.codesets.grammar import parse
from icdgraph.codesets.lint import lint
from icdgraph.toy import toy

if TYPE_CHECKING:
    from icdgraph import CodeGraph

PIECES = ["E11", "M54.5", "-", "*", "=", "(", ")", ",", "or", "and", "except", "not"]
PIECES += ["billable", "title", "has", "excludes1", "of", '"low"', "/x/", "seventh"]
PIECES += ["A", "chapter", "13", "#", ".x", "M50", "M54", "lacks", "=", "\n"]

real = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def chosen(draw: st.DrawFn, graph: CodeGraph, *, billable: bool) -> CodeSet:
    """Draw a set: runs of neighbours, then some codes added or taken away."""
    universe = bits.billable(graph.core) if billable else bits.every(graph.core)
    size = graph.core.node_count
    number = st.integers(0, size - 1)
    found = 0
    for first, length in draw(st.lists(st.tuples(number, st.integers(0, 3000)))):
        found ^= bits.between(first, min(first + length, size - 1))
    found ^= bits.of(draw(st.sets(number, max_size=40)), size)
    return CodeSet(graph.core, found & universe)


@real
@given(st.data())
def test_expanding_what_was_condensed_is_the_same(
    graph: CodeGraph, data: st.DataObject
) -> None:
    found = data.draw(chosen(graph, billable=data.draw(st.booleans())))
    text = found.condense()
    assert (graph.codes(text) if text else graph.codes([])) == found
    assert graph.codes(list(found)) == found
    if text:
        assert graph.codes(str(parse(text))) == found


@real
@given(st.data())
def test_algebra_agrees_with_python_sets(graph: CodeGraph, data: st.DataObject) -> None:
    one, other = (data.draw(chosen(graph, billable=True)) for _ in range(2))
    a, b = set(one), set(other)
    assert len(one) == len(a)
    assert set(one | other) == a | b
    assert set(one & other) == a & b
    assert set(one - other) == a - b
    assert set(one ^ other) == a ^ b
    assert (one <= other, one < other, one >= other, one > other) == (
        a <= b,
        a < b,
        a >= b,
        a > b,
    )
    assert one.isdisjoint(other) == a.isdisjoint(b)
    assert (one == other) == (a == b)
    assert list(one) == sorted(one, key=lambda code: graph[code].number)


@real
@given(st.data())
def test_changes_lead_from_one_set_to_the_other(
    graph: CodeGraph, data: st.DataObject
) -> None:
    old, new = (data.draw(chosen(graph, billable=False)) for _ in range(2))
    found = set(old)
    for change in new.changes(since=old):
        codes = set(change.codes)
        match change.way:
            case "added":
                assert not codes & found
                found |= codes
            case "removed":
                assert codes <= found
                found -= codes
            case "split":
                found = (found - {change.node.code}) | codes
            case "joined":
                found = (found - codes) | {change.node.code}
    assert found == set(new)
    assert new.changes(since=new) == ()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_sql_finds_the_billable_codes_of_the_set(
    graph: CodeGraph, data: st.DataObject
) -> None:
    first = data.draw(st.sampled_from(["E11", "S52", "M54", "T36", "C43"]))
    kept = sorted(graph[first].billable_codes)
    found = graph.codes(data.draw(st.sets(st.sampled_from(kept))))
    compact = data.draw(st.booleans())
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE TABLE claims (dx TEXT)")
        codes = [code.replace(".", "") if compact else code for code in kept]
        base.executemany("INSERT INTO claims VALUES (?)", [(c,) for c in codes])
        for form in ("sql-in", "sql-like"):
            where = found.to(form, column="dx", compact=compact)
            rows = base.execute(f"SELECT dx FROM claims WHERE {where}").fetchall()
            expected = {c.replace(".", "") if compact else c for c in found}
            assert {dx for (dx,) in rows} == expected
    base.close()


codes_of_toy = st.sampled_from(sorted(toy()))
relations = st.sampled_from([r.value for r in RELATIONS.values()])
items = st.one_of(
    st.tuples(codes_of_toy).map(lambda a: Item("code", a)),
    st.tuples(codes_of_toy).map(lambda a: Item("exact", a)),
    st.tuples(codes_of_toy).map(lambda a: Item("beneath", a)),
    st.tuples(codes_of_toy, codes_of_toy).map(lambda a: Item("range", a)),
    st.sampled_from([Item("billable"), Item("header"), Item("chapter", ("13",))]),
    st.tuples(st.from_regex(r"[a-z*]*[a-z]( [a-z/#()-]+)?", fullmatch=True)).map(
        lambda a: Item("title", a)
    ),
    st.tuples(relations, codes_of_toy).map(lambda a: Item("named", a)),
    st.tuples(relations).map(lambda a: Item("lacks", a)),
    st.tuples(st.sampled_from(SIDES)).map(lambda a: Item("laterality", a)),
)


def _group(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    operators = st.sampled_from([",", "and", "except", "or"])
    several = st.lists(parts, min_size=2, max_size=4).map(tuple)
    return st.builds(Group, operators, several)


@given(st.recursive(items, _group, max_leaves=12))
def test_what_is_printed_reads_back_as_the_same(expression: Expression) -> None:
    assert parse(str(expression)) == expression
    assert str(parse(str(expression))) == str(expression)


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(PIECES)).map(" ".join),
    )
)
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    try:
        toy().codes(text)
    except (ParseError, UnknownCode) as exc:
        message, _, mark = str(exc).rsplit("\n", 2)
        assert message.startswith("line ")
        assert mark.strip() == "^" * len(mark.strip())


@given(st.text(), st.text("M54.502-*x,;\t\r\n# E"))
def test_any_list_is_read_and_no_line_is_lost(one: str, other: str) -> None:
    text = one + other
    read = listing.read(text)
    told = {piece.line for piece in read.pieces} | {line for line, _ in read.unread}
    told |= {read.heading[0]} if read.heading else set()
    if not read.columns:
        for number, line in enumerate(text.splitlines(), 1):
            said = line.partition("#")[0].partition("//")[0].strip()
            assert number in told or not said
    lint(toy().core, text)
