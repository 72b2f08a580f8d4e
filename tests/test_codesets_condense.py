"""The shortest expression: it means the set, and no other of its form is shorter."""

import re
from itertools import combinations

import pytest
from books import book
from tables import rows

from icdgraph.codesets import bits, codeset
from icdgraph.codesets.condense import condense, cover
from icdgraph.model import CODE_KINDS

TREES = {
    "one level": "A00[A00.0 A00.1 A00.2 A00.3 A00.4]",
    "neighbors": "A00 A01[A01.0 A01.1] A02 A03[A03.0]",
    "two levels": "A00[A00.0[A00.00 A00.01 A00.02] A00.1 A00.2[A00.20 A00.21]]",
    "only children": "A00[A00.0[A00.00[A00.000 A00.001]]] A01[A01.0[A01.00]]",
    "deep": "A00[A00.0[A00.00[A00.000[A00.0000] A00.001] A00.01] A00.1]",
    "bridges": "A00[A00.0 A00.1] A01[A01.0 A01.1] A02[A02.0 A02.1] A03",
}


def xml_of(tree):
    """Return a Tabular List with the categories of *tree* in one section."""
    body = re.sub(r"([A-Z][0-9.]+)(?!\S*\[)", r"\1[]", tree)
    body = re.sub(r"([A-Z][0-9.]+)\[", r"<diag><name>\1</name><desc>t</desc>", body)
    return book(body.replace("]", "</diag>"))


@pytest.fixture(scope="module", params=TREES, ids=str)
def small(request, grow):
    return grow(xml_of(TREES[request.param])).core


def terms_of(graph):
    """Yield the bits of each term that an expression may have."""
    nodes = [node for node in graph.nodes() if node.kind in CODE_KINDS]
    for node in nodes:
        yield bits.between(node.number, node.number)
    families = [[n for n in nodes if len(n.code) == 3], *(n.children for n in nodes)]
    for family in families:
        for first, last in [*combinations(family, 2), *((n, n) for n in family)]:
            yield bits.between(first.number, graph.tree.last[last.number])


def fewest(terms, counted):
    """Return the fewest terms and exceptions for each set, by trying them all."""
    terms = {term & counted for term in terms}
    unions, latest = {0: 0}, {0}
    while latest:
        latest = {union | term for union in latest for term in terms} - unions.keys()
        unions |= dict.fromkeys(latest, max(unions.values()) + 1)
    best = {}
    for included, many in unions.items():
        for excluded, few in unions.items():
            chosen = included & ~excluded
            best[chosen] = min(best.get(chosen, many + few), many + few)
    return best


def length(text):
    """Return the number of terms and exceptions in *text*."""
    return len(re.split(", | except ", text.removesuffix(" and billable")))


@pytest.mark.parametrize("universe", [bits.every, bits.billable])
def test_no_expression_of_the_form_is_shorter(small, universe):
    counted, billable = universe(small), bits.billable(small)
    best = fewest(terms_of(small), counted)
    assert len(best) == 2 ** counted.bit_count()
    for chosen, least in best.items():
        text = condense(small, chosen)
        if not chosen:
            assert text == ""
        elif universe is bits.billable or chosen & ~billable:
            assert codeset(small, text).bits == chosen
            assert length(text) == least, text
            without = text.removesuffix(" and billable")
            assert text == without or codeset(small, without).bits != chosen


def test_no_fewer_prefixes_cover_any_set(small):
    billable = bits.billable(small)
    subtrees = [bits.subtree(small, small[code].number) for code in small]
    for chosen, least in fewest(subtrees, billable).items():
        terms, exceptions = (
            [bits.between(first, small.tree.last[last]) for first, last in runs]
            for runs in cover(small, chosen, ranges=False)
        )
        assert len(terms) + len(exceptions) == least
        assert (sum(terms) & ~sum(exceptions) & billable) == chosen
        assert set(terms + exceptions) <= set(subtrees)


@pytest.mark.parametrize(("expression", "condensed"), rows("codesets/condensed.jsonl"))
def test_what_an_analyst_would_write(graph, expression, condensed):
    assert graph.codes(expression).condense() == condensed
