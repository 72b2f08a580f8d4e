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
from icdgraph.network.content import content
from icdgraph.toy import toy

SELECTIONS = [
    {"under": "A00-A09"},
    {"relations": list(Relation), "under": "M54"},
    {"relations": ["excludes1"], "under": "F01-F99", "inherited": True},
    {"relations": "code-also", "under": "F01-F99", "isolated": True},
    {"relations": "conflicts", "under": "E10"},
]


def written(graph, form, **options):
    return "".join(files.pieces(content(graph.core, **options), form))


READERS = {
    "graphml": nx.parse_graphml,
    "gexf": lambda text: nx.read_gexf(io.BytesIO(text.encode())),
    "nodelink": lambda text: nx.node_link_graph(json.loads(text), edges="edges"),
}


@pytest.mark.parametrize("form", files.FORMATS)
@pytest.mark.parametrize("options", [*SELECTIONS, {}], ids=str)
def test_networkx_reads_back_what_was_written(graph, form, options):
    one = graph if options else toy()
    network = READERS[form](written(one, form, **options))
    ours = one.to_networkx(**options)
    ours.graph.pop("group_of", None)
    has_labels = "label" in next(iter(ours.nodes.values()))
    if form == "gexf":  # in which everything has an id or a label as well
        for name, data in network.nodes(data=True):
            assert data.pop("label") == name
            if has_labels:
                data["label"] = ours.nodes[name]["label"]
        for *_, data in network.edges(data=True):
            del data["id"]
    else:
        assert network.graph.items() >= ours.graph.items()
    if form == "graphml":
        for *_, data in network.edges(data=True):
            data.pop("key", None)
    for _, data in ours.nodes(data=True):
        if "codes" in data:
            is_json = form == "nodelink"
            data["codes"] = [*data["codes"]] if is_json else " ".join(data["codes"])
    assert dict(network.nodes(data=True)) == dict(ours.nodes(data=True))
    assert network.is_directed() == ours.is_directed()
    # Without parallel edges, networkx reads no multigraph.
    keys = {"keys": True} if network.is_multigraph() else {}
    edges = [
        sorted(each.edges(**keys, data=True), key=repr) for each in (network, ours)
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
    for name in ("relation", "note", "text", "state"):
        assert network.es[name] == [value or "" for value in ours.es[name]]


def test_ids_of_edges_differ(graph):
    tree = ElementTree.fromstring(written(graph, "gexf", under="A00-A09"))
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
    options = ["--relations", "excludes1, code-first", "--root", "M54"]
    options += ["--inherited", "--isolated"]
    path = tmp_path / "M54.gexf"
    command = ("export", "gexf", *options)
    code, out, err = run(*command, "-o", path, release=None)
    assert (code, out) == (0, ""), err
    relations = ["excludes1", "code-first"]
    selected = {"relations": relations, "inherited": True, "isolated": True}
    expected = "".join(pieces(graph.core, "gexf", graph["M54"], **selected))
    assert path.read_text("utf-8") == expected == run(*command, release=None)[1]
