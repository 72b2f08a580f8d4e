"""Laws of what is read from text: codes and the references inside notes."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icdgraph import ParseError, codes
from icdgraph.read import references

canonical = st.from_regex(codes.CODE, fullmatch=True)
PIECES = """( ) { } , ; . - -- .- and or to with for codes see category fifth sixth 7th
character characters final 5 1-4 .17 -23 A B indicate intent M54.5 M51.2- T36-T50
A00-B99 I70.2--I70.7- F1.5 B12 X Z3A QA0.0 open fracture pain"""
pieces = st.sampled_from(PIECES.split())
notes = st.one_of(
    st.text(),
    st.text("ABMTZ0159.-(), with\n", max_size=60),
    st.lists(pieces, max_size=25).map(" ".join),
    st.lists(pieces, max_size=25).map("".join),
)


@st.composite
def written(draw, code):
    """Draw one of the ways in which people write *code*."""
    text = draw(st.sampled_from([code, codes.compact(code)]))
    text = draw(st.sampled_from([text, text.lower(), text.title()]))
    places = draw(st.lists(st.integers(0, len(text)), max_size=3))
    for place in places:
        blank = draw(st.sampled_from([" ", "  ", "\t", "\n", "\u00a0"]))
        text = text[:place] + blank + text[place:]
    return text


@given(st.data(), canonical)
def test_parse_undoes_every_way_of_writing(data, code):
    assert codes.parse(code) == code
    assert codes.parse(data.draw(written(code))) == code
    assert codes.dot(codes.compact(code)) == code


@given(st.text())
def test_parse_refuses_or_is_at_rest(text):
    try:
        code = codes.parse(text)
    except ParseError:
        return
    assert codes.parse(code) == code
    assert len(codes.compact(code)) <= codes.LONGEST


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_way_of_writing_finds_the_node(graph, data):
    names = graph.core.codes
    number = data.draw(st.integers(0, len(names) - 1))
    node = graph.core.node(number)
    if node.code in graph and graph[node.code] == node:
        assert graph[data.draw(written(node.code))] == node


@settings(max_examples=400)
@given(notes)
def test_any_note_is_read_and_its_spans_are_those_of_the_text(text):
    reading = references.parse(text)
    for low, high in _spans(reading):
        assert 0 <= low < high <= len(text)
    for item in _items(reading):
        printed = text[slice(*item.span)]
        assert printed.startswith(item.first)
        assert item.last is None or item.last in printed
        assert codes.parse(item.first) == item.first
    for reference in reading.references:
        assert reference.items
        low, high = reference.span
        assert all(low <= i.span[0] and i.span[1] <= high for i in reference.items)
        starts = [item.span[0] for item in reference.items]
        assert starts == sorted(set(starts))


@settings(max_examples=400)
@given(notes)
def test_no_item_is_read_twice(text):
    reading = references.parse(text)
    spans = sorted(item.span for item in _items(reading))
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start


def _items(reading):
    for reference in reading.references:
        yield from reference.items
    yield from reading.scope
    yield from reading.mentions


def _spans(reading):
    for reference in reading.references:
        yield reference.span
    for item in _items(reading):
        yield item.span
