"""Laws of networks: a part is cut from the whole, and all formats agree."""

import json
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from icdgraph.model import Relation
from icdgraph.network.content import content
from icdgraph.network.files import pieces
from icdgraph.network.selection import Selection
from icdgraph.toy import toy

NODES = st.integers(0, len(toy().core.codes) - 1)
RELATIONS = st.sets(st.sampled_from(list(Relation)), min_size=1)


UNDER = st.none() | NODES.map(toy().core.node)
OPTIONS = st.tuples(RELATIONS, UNDER, st.booleans(), st.booleans())


@given(RELATIONS, NODES)
def test_part_is_every_edge_with_an_end_in_it(relations, top):
    part = Selection(toy().core, relations, toy().core.node(top))
    whole = Selection(toy().core, relations).edges()
    inside = part.inside
    assert list(part.edges()) == [
        edge for edge in whole if edge.source in inside or edge.target in inside
    ]


@given(RELATIONS, UNDER)
def test_inheriting_only_adds_edges(relations, under):
    defined = Selection(toy().core, relations, under)
    inherited = Selection(toy().core, relations, under, inherited=True)
    assert set(defined.edges()) <= set(inherited.edges())


@given(OPTIONS)
def test_nodes_are_the_ends_of_edges_and_those_asked_for(options):
    part = Selection(toy().core, *options)
    numbers, terms = part.ends()
    ends = {end for edge in part.edges() for end in edge[:2]}
    assert set(terms) == {end for end in ends if isinstance(end, str)}
    asked_for = {*part.inside} if part.isolated else set()
    assert list(numbers) == sorted(asked_for | ends - set(terms))


@given(OPTIONS | st.tuples(st.just("conflicts"), UNDER))
def test_formats_have_the_same_nodes_and_edges(options):
    part = content(toy().core, *options)
    document = json.loads("".join(pieces(part, "nodelink")))
    nodes = [node["id"] for node in document["nodes"]]
    edges = [(edge["source"], edge["target"]) for edge in document["edges"]]
    for form in ("graphml", "gexf"):
        tree = ElementTree.fromstring("".join(pieces(part, form)))
        tags = {"node": [], "edge": []}
        for element in tree.iter():
            tags.setdefault(element.tag.partition("}")[2], []).append(element)
        assert [element.get("id") for element in tags["node"]] == nodes
        ends = [(e.get("source"), e.get("target")) for e in tags["edge"]]
        assert ends == edges
