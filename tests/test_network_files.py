"""Networks as files: other programs read them back, and the bytes do not vary."""

import io
import json
from xml.etree import ElementTree

import igraph
import networkx as nx
import pytest
from books import block, book, diag
from tables import rows

import icdgraph
from icdgraph.cli.export import NETWORKS as CLI_NETWORKS
from icdgraph.export import NETWORKS, export, pieces
from icdgraph.model import Relation
from icdgraph.network import files
from icdgraph.network.selection import Selection
from icdgraph.toy import toy

SELECTIONS = [
    {"under": "A00-A09"},
    {"relations": list(Relation), "under": "M54"},
    {"relations": ["excludes1"], "under": "F01-F99", "inherited": True},
]


def written(graph, form, **options):
    return "".join(files.pieces(Selection(graph.core, **options), form))


READERS = {
    "graphml": lambda text: nx.parse_graphml(text, force_multigraph=True),
    "gexf": lambda text: nx.read_gexf(io.BytesIO(text.encode())),
    "nodelink": lambda text: nx.node_link_graph(json.loads(text), edges="edges"),
}


@pytest.mark.parametrize("form", files.FORMATS)
@pytest.mark.parametrize("options", [*SELECTIONS, {}], ids=str)
def test_networkx_reads_back_what_was_written(graph, form, options):
    one = graph if options else toy()
    network = READERS[form](written(one, form, **options))
    ours = one.to_networkx(**options)
    if form == "gexf":  # in which everything has an id or a label as well
        for _, data in network.nodes(data=True):
            del data["label"]
        for *_, data in network.edges(data=True):
            del data["id"]
    else:
        assert network.graph.items() >= ours.graph.items()
    assert dict(network.nodes(data=True)) == dict(ours.nodes(data=True))
    # GraphML has ids instead of keys; for GEXF, networkx keeps them as attributes.
    has_keys = form != "graphml" and network.is_multigraph()
    edges = [
        sorted(each.edges(**({"keys": True} if has_keys else {}), data=True), key=repr)
        for each in (network, ours)
    ]
    assert edges[0] == edges[1]


def test_graphml_is_read_by_igraph(graph, tmp_path):
    path = export(graph.core, "graphml", tmp_path / "M54.graphml", graph["M54"])
    network = igraph.Graph.Read_GraphML(str(path))
    ours = graph.to_igraph(under="M54")
    assert network.is_directed()
    assert network.vs["id"] == ours.vs["name"]
    assert network.get_edgelist() == ours.get_edgelist()
    for name in ("title", "kind", "billable", "inside", "number"):
        assert network.vs[name] == ours.vs[name]
    for name in ("relation", "text", "state"):
        assert network.es[name] == [value or "" for value in ours.es[name]]


def test_ids_of_edges_differ(graph):
    for form in ("graphml", "gexf"):
        tree = ElementTree.fromstring(written(graph, form, under="A00-A09"))
        ids = [e.get("id") for e in tree.iter() if e.tag.endswith("}edge")]
        assert len(set(ids)) == len(ids) > 100


ODD = book(
    diag(
        "A00",
        "\"Odd\" &lt;&amp;&gt; 'ones' \U0001d53c Ch\u00f6lera ]]&gt; &amp;amp;",
        block("inclusionTerm", 'a "b" &lt;c&gt;'),
        block("excludes1", "itself &amp; more (A01)"),
    ),
    diag("A01", "x"),
)


@pytest.mark.parametrize("form", files.FORMATS)
def test_odd_characters_survive(grow, form):
    graph = grow(ODD)
    network = READERS[form](written(graph, form, relations=list(Relation)))
    assert network.nodes["A00"]["title"] == graph["A00"].title
    assert 'term:a "b" <c>' in network


def test_characters_that_xml_does_not_allow_are_replaced():
    assert files._text("a\x00b\ud800\tc") == "a\ufffdb\ufffd\tc"
    assert files._attribute("a\x0bb\n") == '"a\ufffdb&#10;"'


@pytest.mark.parametrize(("form", "options", "value"), rows("wrong_networks.jsonl"))
def test_options_of_other_formats_are_refused(tmp_path, form, options, value):
    with pytest.raises(icdgraph.IcdGraphError, match=value):
        export(toy().core, form, tmp_path / "x", **options)
    assert list(tmp_path.iterdir()) == []


def test_command_line_offers_all_formats():
    assert tuple(NETWORKS) == CLI_NETWORKS


def test_command_line_writes_networks(graph, run, tmp_path):
    options = ["--relations", "excludes1, code-first", "--root", "M54", "--inherited"]
    path = tmp_path / "M54.gexf"
    command = ("export", "gexf", *options)
    code, out, err = run(*command, "-o", path, release=None)
    assert (code, out) == (0, ""), err
    relations = ["excludes1", "code-first"]
    selected = {"relations": relations, "inherited": True}
    expected = "".join(pieces(graph.core, "gexf", graph["M54"], **selected))
    assert path.read_text("utf-8") == expected == run(*command, release=None)[1]
