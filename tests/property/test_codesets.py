"""Laws of code sets: condensing and expanding, algebra, printing and parsing."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icdgraph import ParseError, UnknownCode
from icdgraph.codesets import CodeSet, bits, listing
from icdgraph.codesets.expression import RELATIONS, SIDES, Operand, Operation
from icdgraph.codesets.grammar import parse
from icdgraph.codesets.lint import lint
from icdgraph.toy import toy

PIECES = ["E11", "M54.5", "-", "*", "=", "(", ")", ",", "or", "and", "except", "not"]
PIECES += ["billable", "title", "has", "excludes1", "of", '"low"', "/x/", "seventh"]
PIECES += ["A", "chapter", "13", "#", ".x", "M50", "M54", "lacks", "=", "\n"]

real = settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def code_sets(draw, graph, *, billable):
    """Draw a set: runs of neighbors, then some codes added or removed."""
    core = graph.core
    universe = bits.billable(core) if billable else bits.every(core)
    number = st.integers(0, core.node_count - 1)
    chosen = 0
    for first, length in draw(st.lists(st.tuples(number, st.integers(0, 3000)))):
        chosen ^= bits.between(first, min(first + length, core.node_count - 1))
    chosen ^= bits.of(draw(st.sets(number, max_size=40)), core.node_count)
    return CodeSet(core, chosen & universe)


@real
@given(st.data())
def test_a_condensed_set_means_the_same(graph, data):
    codes = data.draw(code_sets(graph, billable=data.draw(st.booleans())))
    text = codes.condense()
    assert (graph.codes(text) if text else graph.codes([])) == codes
    assert graph.codes(list(codes)) == codes
    if text:
        assert graph.codes(str(parse(text))) == codes


@real
@given(st.data())
def test_algebra_agrees_with_python_sets(graph, data):
    x, y = (data.draw(code_sets(graph, billable=True)) for _ in range(2))
    a, b = set(x), set(y)
    assert len(x) == len(a)
    assert set(x | y) == a | b
    assert set(x & y) == a & b
    assert set(x - y) == a - b
    assert set(x ^ y) == a ^ b
    assert (x <= y, x < y, x >= y, x > y) == (a <= b, a < b, a >= b, a > b)
    assert (x <= x, x < x, x >= x, x > x) == (True, False, True, False)
    assert (x == y) == (a == b)
    assert list(x) == sorted(x, key=lambda code: graph[code].number)


@given(*[code_sets(toy(), billable=False)] * 2)
def test_changes_lead_from_one_set_to_the_other(old, new):
    current = set(old)
    for change in new.changes(since=old):
        codes = set(change.codes)
        match change.kind:
            case "added":
                assert not codes & current
                current |= codes
            case "removed":
                assert codes <= current
                current -= codes
            case "split":
                current = (current - {change.node.code}) | codes
            case "joined":
                current = (current - codes) | {change.node.code}
    assert current == set(new)
    assert new.changes(since=new) == ()


codes_of_toy = st.sampled_from(sorted(toy()))
relations = st.sampled_from([r.value for r in RELATIONS.values()])
items = st.one_of(
    st.tuples(codes_of_toy).map(lambda a: Operand("code", a)),
    st.tuples(codes_of_toy).map(lambda a: Operand("exact", a)),
    st.tuples(codes_of_toy).map(lambda a: Operand("below", a)),
    st.tuples(codes_of_toy, codes_of_toy).map(lambda a: Operand("range", a)),
    st.sampled_from(
        [Operand("billable"), Operand("header"), Operand("chapter", ("13",))]
    ),
    st.tuples(st.from_regex(r"[a-z*]*[a-z]( [a-z/#()-]+)?", fullmatch=True)).map(
        lambda a: Operand("title", a)
    ),
    st.tuples(relations, codes_of_toy).map(lambda a: Operand("named-by", a)),
    st.tuples(relations).map(lambda a: Operand("lacks", a)),
    st.tuples(st.sampled_from(SIDES)).map(lambda a: Operand("laterality", a)),
)


def _operations(parts):
    operators = st.sampled_from([",", "and", "except", "or"])
    several = st.lists(parts, min_size=2, max_size=4).map(tuple)
    return st.builds(Operation, operators, several)


@given(st.recursive(items, _operations, max_leaves=12))
def test_a_printed_expression_parses_as_the_same(expression):
    assert parse(str(expression)) == expression
    assert str(parse(str(expression))) == str(expression)


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map(" ".join)))
def test_any_text_is_parsed_or_refused_with_its_place(text):
    try:
        toy().codes(text)
    except (ParseError, UnknownCode) as exc:
        message, _, underline = str(exc).rsplit("\n", 2)
        assert message.startswith("line ")
        assert underline.strip() == "^" * len(underline.strip())


@given(st.text(), st.text("M54.502-*x,;\t\r\n# E"))
def test_any_list_is_parsed_and_no_line_is_lost(start, end):
    text = start + end
    parsed = listing.parse_list(text)
    lines = {entry.line for entry in parsed.entries}
    lines |= {line for line, _ in parsed.without_code}
    lines |= {parsed.heading[0]} if parsed.heading else set()
    if not parsed.columns:
        for number, line in enumerate(text.splitlines(), 1):
            content = line.partition("#")[0].partition("//")[0].strip()
            assert number in lines or not content
    lint(toy().core, text)
