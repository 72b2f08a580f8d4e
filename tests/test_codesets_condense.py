"""The shortest expression: it says the set again, and nothing shorter does."""

import heapq
import re
from itertools import combinations

import pytest

from icdgraph.codesets import bits, codeset, condense
from icdgraph.model import CODE_KINDS

TREES = {
    "one level": "A00[A00.0 A00.1 A00.2 A00.3 A00.4]",
    "neighbours": "A00 A01[A01.0 A01.1] A02 A03[A03.0]",
    "two levels": "A00[A00.0[A00.00 A00.01 A00.02] A00.1 A00.2[A00.20 A00.21]]",
    "only children": "A00[A00.0[A00.00[A00.000 A00.001]]] A01[A01.0[A01.00]]",
    "deep": "A00[A00.0[A00.00[A00.000[A00.0000] A00.001] A00.01] A00.1]",
}


def xml_of(tree):
    """Return a Tabular List with the categories of *tree* in one section."""
    body = re.sub(r"([A-Z][0-9.]+)", r"<diag><name>\1</name><desc>t</desc>", tree)
    body = body.replace("[", "").replace("]", "</diag>")
    # A leaf is closed where the next code begins or its list ends.
    out, after = [], re.split(r"(<diag>|</diag>)", body)
    names = re.findall(r"[A-Z][0-9.]+(?=(\[?))", tree)
    leaves = iter([opening != "[" for opening in names])
    for piece in after:
        out.append(piece)
        if "<name>" in piece and next(leaves):
            out.append("</diag>")
    return (
        '<?xml version="1.0"?><ICD10CM.tabular><version>2026</version><chapter>'
        "<name>1</name><desc>t (A00-A09)</desc><section id='A00-A09'><desc>t (A00-A09)"
        f"</desc>{''.join(out)}</section></chapter></ICD10CM.tabular>"
    )


@pytest.fixture(scope="module", params=TREES, ids=str)
def small(request, grow):
    return grow(xml_of(TREES[request.param])).core


def strokes(graph):
    """Yield the bits and the words of every term that condense may write."""
    nodes = [n for n in graph.nodes() if n.kind in CODE_KINDS]
    for node in nodes:
        whole = bits.subtree(graph, node.number)
        yield whole, node.code
        if node.children:
            yield bits.between(node.number, node.number), f"={node.code}"
        if len(node.children) > 1:
            yield whole & ~bits.between(node.number, node.number), f"{node.code}-"
    families = [[n for n in nodes if len(n.code) == 3], *(n.children for n in nodes)]
    for family in families:
        for first, last in combinations(family, 2):
            end = graph.tree.last[last.number]
            yield bits.between(first.number, end), f"{first.code}-{last.code}"


def cheapest(graph, counted):
    """Return the least (terms, characters) for each set of *counted*, by Dijkstra."""
    moves = [(s & counted, len(words)) for s, words in strokes(graph)]
    best, queue = {}, [(0, 0, 0)]
    while queue:
        terms, characters, found = heapq.heappop(queue)
        if found in best:
            continue
        best[found] = terms, characters
        for stroke, length in moves:
            for after in (found | stroke, found & ~stroke):
                if after not in best:
                    heapq.heappush(queue, (terms + 1, characters + length, after))
    return best


def written(text):
    """Return the terms in *text* and their characters."""
    bare = text.removesuffix(" and billable").strip("()")
    terms = [t for t in re.split(r", | except | or ", bare) if t]
    return len(terms), sum(map(len, terms))


def test_nothing_shorter_says_any_set_with_headers(small):
    every = bits.every(small)
    best = cheapest(small, every)
    assert len(best) == 2 ** every.bit_count()
    billable = bits.billable(small)
    for chosen, least in best.items():
        text = condense.condense(small, chosen)
        assert not text or codeset(small, text).bits == chosen
        if chosen & ~billable:
            assert written(text) == least, text


def test_nothing_shorter_says_any_set_of_billable_codes(small):
    billable = bits.billable(small)
    for chosen, (terms, _) in cheapest(small, billable).items():
        text = condense.condense(small, chosen)
        assert not text or codeset(small, text).bits == chosen
        assert written(text)[0] == terms, text


@pytest.mark.parametrize("name", ["one level", "two levels"])
def test_ties_go_to_the_fewest_characters(grow, name):
    # In the other trees a header has one code alone, which is written in its place.
    small = grow(xml_of(TREES[name])).core
    for chosen, least in cheapest(small, bits.billable(small)).items():
        assert written(condense.condense(small, chosen)) == least


def test_no_fewer_prefixes_say_any_set(small):
    billable = bits.billable(small)
    whole = [bits.subtree(small, small[code].number) & billable for code in small]
    best, border = {0: 0}, {0}
    while border:
        steps = {
            after: best[found] + 1
            for found in border
            for stroke in whole
            for after in (found | stroke, found & ~stroke)
        }
        border = {found for found in steps if found not in best}
        best |= {found: steps[found] for found in border}
    for chosen, terms in best.items():
        layers = condense.layers(small, chosen, ranges=False)
        assert sum(map(len, layers)) == terms
        assert condense.painted(small, layers) & billable == chosen


@pytest.mark.parametrize(
    ("said", "condensed"),
    [
        ("E11 except E11.9 and billable", "E11 except E11.9 and billable"),
        ("E08-E13 and billable", "E08-E13 and billable"),
        ("E11", "E11"),
        ("E11-", "E11-"),
        ("=E11", "=E11"),
        ("E11.9", "E11.9"),
        ("E11.9, E11.8", "E11.8-E11.9"),
        ("E10, E11 except E10.9, E11.9", "E10-E11 except E10.9, E11.9"),
        ("E11 except E11.3 or E11.311", "E11 except E11.3 or E11.311"),
        ("chapter 13 and billable", "M00-M99 and billable"),
        ("A00-B99", "A00-B99"),
        ("billable", "A00-U09 and billable"),
    ],
)
def test_what_an_analyst_would_write(graph, said, condensed):
    assert graph.codes(said).condense() == condensed


def test_three_layers_of_billable_codes_are_put_in_parentheses(graph):
    said = "(E11 except E11.3 or E11.32) and billable"
    assert graph.codes(said).condense() == said


def test_nothing_is_said_of_an_empty_set(graph):
    assert graph.codes([]).condense() == ""
