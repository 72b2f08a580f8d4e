"""The graph at endpoints: loading it, querying it, and the errors of both."""

import gc
import json
import threading
import time
from collections import Counter
from xml.etree import ElementTree

import pyoxigraph
import pytest
from click.testing import CliRunner
from endpoint_servers import PASSWORD, fake, free_port, oxigraph, virtuoso
from tables import rows

from icdgraph import load
from icdgraph import toy as toy_module
from icdgraph.cli.load_endpoint import load_endpoint
from icdgraph.errors import QueryError
from icdgraph.export import formats
from icdgraph.rdf import endpoint_loader, named_queries
from icdgraph.rdf.endpoint_client import query_endpoint
from icdgraph.rdf.query import query
from icdgraph.rdf.query_text import with_prefixes
from icdgraph.rdf.results import Iri, Table, Triples
from icdgraph.rdf.stores import open_store
from icdgraph.rdf.vocabulary import PREFIXES, release_iri, vocabulary
from icdgraph.release import source
from icdgraph.toy import toy

ENGINES = ("oxigraph", "virtuoso")
QUERIES = named_queries.queries()
ONE = '{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", \
"value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}}]}}'
SELECT = "SELECT ?n { ?s ig:level ?n }"


@pytest.fixture(scope="session")
def part(fresh_cache, tmp_path_factory):
    """Return a file with some sections of the bundled release: a seventh of it."""
    root = ElementTree.fromstring(source.read_raw(source.locate()))
    for chapter in root.findall("chapter"):
        number = chapter.findtext("name")
        if number not in ("5", "6", "13", "19"):
            root.remove(chapter)
        elif number == "19":
            for parent in chapter, chapter.find("sectionIndex"):
                for child in parent.findall("section") + parent.findall("sectionRef"):
                    if child.get("id") != "S30-S39":
                        parent.remove(child)
    path = tmp_path_factory.mktemp("part") / "part.xml"
    path.write_bytes(ElementTree.tostring(root))
    return path


@pytest.fixture(scope="session")
def graph(part):
    return load(part).core


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory, graph):
    """Return the Oxigraph server, with the embedded store in a named graph."""
    folder = tmp_path_factory.mktemp("oxigraph")
    name = pyoxigraph.NamedNode(release_iri(graph))
    named = pyoxigraph.Store(str(folder / "named"))
    named.bulk_extend(pyoxigraph.Quad(*quad.triple, name) for quad in open_store(graph))
    named.flush()
    del named
    with oxigraph(folder, folder / "named") as server:
        yield server


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory):
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture(scope="session")
def loaded_virtuoso(virtuoso_server, graph, part):
    """Return Virtuoso with the graph, loaded by the command."""
    login = {"ICDGRAPH_PASSWORD": PASSWORD}
    words = [virtuoso_server.url, "--user", "dba", "--release", str(part)]
    result = CliRunner(env=login).invoke(load_endpoint, words)
    assert result.exit_code == 0, result.output
    iri = release_iri(graph)
    ((count,),) = query(graph, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert result.stdout == f"{count:,} triples in <{iri}>\n"
    return virtuoso_server


@pytest.fixture(scope="session", params=ENGINES)
def empty(request):
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture(scope="session", params=["oxigraph_server", "loaded_virtuoso"])
def filled(request):
    """Return a server with the graph."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def endpoint_of_toy(empty):
    """Return a server with the toy in a graph of its own."""
    endpoint_loader.load(toy().core, empty.url, name="urn:toy", login=login_of(empty))
    return empty


def login_of(server):
    return ("dba", PASSWORD) if server.name == "virtuoso" else None


# Engines of others


@pytest.mark.parametrize("name", QUERIES)
def test_named_query_has_the_same_answer_everywhere(filled, graph, name):
    compare(filled, graph, name)


@pytest.mark.slow
def test_whole_release_gives_the_same_answers(empty):
    whole = load().core
    endpoint_loader.load(whole, empty.url, login=login_of(empty))
    compare_lengths(empty, whole)
    for name in QUERIES:
        compare(empty, whole, name)


def compare(server, graph, name):
    text = QUERIES[name].bind(None)  # the part has not all of its codes
    mine = query(graph, text)
    theirs = query_endpoint(server.url, text, graphs=[release_iri(graph)], timeout=300)
    if QUERIES[name].form == "DESCRIBE":
        # Each engine decides what describes a resource (SPARQL 1.1, section 16.4).
        assert isinstance(theirs, Triples)
        assert "skos:prefLabel" in str(mine)
        assert "skos:prefLabel" in str(theirs)
    elif isinstance(mine, Table):
        assert theirs.variables == mine.variables
        assert Counter(map(tuple, theirs)) == Counter(map(tuple, mine))
        assert list(theirs) == list(mine), "the same rows in another order"
    else:
        assert theirs == mine


def compare_lengths(server, graph):
    """Compare the number and the total length of the values of each property."""
    text = (
        "SELECT ?p (COUNT(*) AS ?n) (SUM(STRLEN(STR(?s))) AS ?from) "
        "(SUM(STRLEN(STR(?o))) AS ?to) { ?s ?p ?o } GROUP BY ?p"
    )
    theirs = query_endpoint(server.url, text, graphs=[release_iri(graph)])
    assert {*map(tuple, theirs)} == {*map(tuple, query(graph, text))}


def test_every_triple_arrives_as_it_was(loaded_virtuoso, graph):
    compare_lengths(loaded_virtuoso, graph)


def test_graph_is_loaded_in_pieces(empty, monkeypatch):
    monkeypatch.setattr(endpoint_loader, "CHUNK", 10)
    login = login_of(empty)
    endpoint_loader.load(toy().core, empty.url, name="urn:pieces", login=login)
    text = "SELECT ?s ?p ?o { ?s ?p ?o }"
    theirs = query_endpoint(empty.url, text, graphs=["urn:pieces"])
    assert Counter(map(tuple, theirs)) == Counter(map(tuple, query(toy().core, text)))


def test_values_are_the_same_values_of_python(endpoint_of_toy):
    text = (
        "SELECT ?c ?billable ?level ?title ?none { ?c skos:notation 'M54.50' ; "
        "ig:billable ?billable ; ig:level ?level ; skos:prefLabel ?title }"
    )
    (row,) = query_endpoint(endpoint_of_toy.url, text, graphs=["urn:toy"])
    assert isinstance(row["c"], Iri)
    assert row["c"].short == "ICD10CM:M54.50"
    assert row[1:] == (True, 6, "Low back pain, unspecified", None)
    assert type(row["billable"]) is bool
    assert type(row["level"]) is int


def test_every_form_of_query(endpoint_of_toy):
    def ask(text, **options):
        return query_endpoint(endpoint_of_toy.url, text, graphs=["urn:toy"], **options)

    assert ask("ASK { ICD10CM:M54 ig:excludes1 ICD10CM:F45.41 }") is True
    assert ask("ASK { ICD10CM:F45.41 ig:excludes1 ICD10CM:A00 }") is False
    text = "CONSTRUCT { ?c skos:altLabel ?t } { ?c skos:altLabel ?t }"
    assert ask(text) == query(toy().core, text)
    assert 'skos:altLabel "Loin pain"@en' in str(ask("DESCRIBE ICD10CM:M54.50"))
    cut = ask("SELECT ?c { ?c a skos:Concept }", limit=3)
    assert len(cut) == 3
    assert cut.is_cut
    assert not ask("SELECT ?c { ?c a skos:Concept }").is_cut


def test_syntax_error_has_its_caret(endpoint_of_toy):
    with pytest.raises(QueryError) as error:
        query_endpoint(endpoint_of_toy.url, "SELECT ?x {\n ?x a skos:Concept")
    assert "missing '}'" in str(error.value)
    assert str(error.value).endswith("^")


def test_slow_query_ends_in_time(filled, graph):
    # One that ends some day: engines continue when nobody waits any more.
    text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(REGEX(STR(?o), 'a.*b.*c.*z$')) }"
    start = time.monotonic()
    with pytest.raises(QueryError, match=r"did not answer within 0\.05 s"):
        query_endpoint(filled.url, text, timeout=0.05, graphs=[release_iri(graph)])
    assert time.monotonic() - start < 5


def test_second_load_replaces_the_first(endpoint_of_toy):
    login = login_of(endpoint_of_toy)
    first, again = (
        endpoint_loader.load(
            toy().core, endpoint_of_toy.url, name="urn:two", login=login
        )
        for _ in range(2)
    )
    assert (first.before, again.before) == (0, first.triples)
    assert again.triples == first.triples


def test_virtuoso_requires_a_login(virtuoso_server):
    for login in (None, ("dba", "wrong")):
        with pytest.raises(QueryError, match="requires a login"):
            endpoint_loader.load(toy().core, virtuoso_server.url, login=login)


def test_rows_cut_by_virtuoso_are_marked(filled, graph):
    text = "SELECT ?c { ?c skos:inScheme|skos:broader ?o }"
    answer = query_endpoint(filled.url, text, graphs=[release_iri(graph)])
    assert answer.is_cut == (filled.name == "virtuoso")
    assert len(answer) == (20_000 if answer.is_cut else 2 * graph.node_count + 1)


def test_default_graph_is_the_union_of_all(endpoint_of_toy):
    assert query_endpoint(endpoint_of_toy.url, "ASK { ICD10CM:M54 a ig:Category }")


def test_bulk_loader_of_virtuoso_as_documented(virtuoso_server):
    """The steps of docs/endpoints.md, from a file that the export wrote."""
    data = virtuoso_server.folder / "data"
    formats.export(toy().core, "turtle", data / "toy.ttl")
    (data / "icdgraph.ttl").write_bytes(vocabulary())
    output = virtuoso_server.isql(
        f"ld_dir('{data}', '%.ttl', 'urn:bulk')",
        "rdf_loader_run()",
        "checkpoint",
        "select ll_error from DB.DBA.load_list where ll_error is not null",
    )
    assert "0 Rows." in output
    text = "SELECT ?s ?p ?o { ?s ?p ?o }"
    theirs = query_endpoint(virtuoso_server.url, text, graphs=["urn:bulk"])
    assert Counter(map(tuple, theirs)) == Counter(map(tuple, query(toy().core, text)))


# Servers that misbehave


@pytest.fixture
def server():
    with fake() as state:
        yield state


def error_of(url, text=SELECT, function=query_endpoint, **options):
    with pytest.raises(QueryError) as error:
        function(url, text, **options)
    message = str(error.value)
    assert "\n" not in message
    assert ". " in message or ": expected" in message, "no remedy"
    return message


def test_request_is_what_the_protocol_says(server):
    server.says(body=ONE)
    (row,) = query_endpoint(server.url, SELECT)
    assert row[0] == 1
    ((method, path, headers, body),) = server.requests
    assert (method, path) == ("POST", "/sparql")
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["Accept"].startswith("application/sparql-results+json")
    assert body.startswith(b"query=PREFIX+ig%3A")
    assert b"default-graph-uri" not in body
    server.says(media="text/turtle", body="<urn:s> <urn:p> 1 .")
    query_endpoint(server.url, "DESCRIBE <urn:s>", graphs=["urn:a", "urn:b"])
    assert server.requests[-1][2]["Accept"].startswith("text/turtle")
    assert server.requests[-1][3].count(b"default-graph-uri=urn%3A") == 2


def test_get_is_used_where_post_is_not_allowed(server):
    server.says(body=ONE)
    answer = server.reply

    def only_get(handler):
        if handler.command == "GET":
            answer(handler)
        else:
            handler.send_response(405)
            handler.end_headers()

    server.reply = only_get
    assert len(query_endpoint(server.url, SELECT)) == 1
    assert server.requests[-1][1].startswith("/sparql?query=PREFIX+ig")


@pytest.mark.parametrize(("reply", "words"), rows("useless_responses.jsonl"))
def test_useless_response_is_explained(server, reply, words):
    message = error_of(server.says(**reply).url)
    assert words in message
    assert server.url in message
    assert len(message) < 700


def test_broken_answer_can_be_collected_in_another_thread(server):
    """Rows of pyoxigraph complain where the garbage collector runs in another."""
    with pytest.raises(QueryError) as error:
        query_endpoint(server.says(body=ONE[:60]).url, SELECT)
    error.value.kept = error.value  # garbage, from here on
    del error
    collector = threading.Thread(target=gc.collect)
    collector.start()
    collector.join()


def test_invalid_triples(server):
    server.says(media="text/turtle", body="<urn:s> <urn:p> ")
    assert "is incomplete" in error_of(server.url, "DESCRIBE <urn:s>")
    server.says(body=ONE)
    assert "Turtle" in error_of(server.url, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")


@pytest.mark.parametrize(("url", "words"), rows("wrong_endpoints.jsonl"))
def test_invalid_address(url, words):
    message = error_of(url)
    assert words in message
    assert "secret" not in message


def test_connection_is_refused():
    assert "connection refused" in error_of(f"http://127.0.0.1:{free_port()}/sparql")


def test_tls_where_there_is_none(server):
    assert "does not speak TLS" in error_of(server.url.replace("http:", "https:"))


@pytest.mark.parametrize("trickle", ["nothing", "head", "body"])
def test_time_is_for_the_whole_answer(server, trickle):
    """A server that sends a byte now and then must not block the client."""
    over = threading.Event()

    def reply(handler):
        if trickle == "body":
            handler.send_response(200)
            handler.send_header("Content-Type", "application/sparql-results+json")
            handler.end_headers()
        while not over.wait(0.1):
            if trickle != "nothing":
                handler.wfile.write(b"H" if trickle == "head" else b" ")

    server.reply = reply
    start = time.monotonic()
    try:
        message = error_of(server.url, timeout=0.5)
    finally:
        over.set()
    assert "did not answer within 0.5 s" in message
    assert time.monotonic() - start < 2


def test_rows_cut_by_the_endpoint_are_marked(server):
    assert query_endpoint(
        server.says(body=ONE, X_SPARQL_MaxRows="1").url, SELECT
    ).is_cut
    assert not query_endpoint(server.says(body=ONE).url, SELECT).is_cut


def test_xml_is_read_as_well(server):
    body = (
        '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/>'
        "<boolean>true</boolean></sparql>"
    )
    for media in ("application/sparql-results+xml", "text/xml", "application/xml"):
        assert query_endpoint(server.says(media=media, body=body).url, "ASK {}") is True


def test_mistakes_in_a_query_are_found_before_it_is_sent(server):
    with pytest.raises(QueryError, match="Did you mean 'skos:'"):
        query_endpoint(server.url, "ASK { ?x skso:broader ?y }")
    with pytest.raises(QueryError, match="read-only"):
        query_endpoint(server.url, "DELETE WHERE { ?s ?p ?o }")
    assert not server.requests


def test_prefixes_are_declared_once_and_where_used():
    text = "# skos:\nPREFIX ig: <urn:mine#>\nASK { ig:a skos:broader 'xkos:' }"
    prefix = f"PREFIX skos: <{PREFIXES['skos']}> "
    assert with_prefixes(text) == prefix + text
    assert with_prefixes("ASK {}") == "ASK {}"


# Loads that fail


class Store:
    """What a graph store does: the third POST fails with *status*."""

    def __init__(self, server, status=201, count=0, engine="Oxigraph/0"):
        self.server, self.status = server, status
        self.count, self.engine = count, engine
        server.reply = self.reply

    def reply(self, handler):
        if handler.path.startswith("/sparql"):
            body = json.loads(ONE)
            body["results"]["bindings"][0]["n"]["value"] = str(self.count)
            self.server.says(body=json.dumps(body))
            answer, self.server.reply = self.server.reply, self.reply
            handler.server_version = self.engine
            answer(handler)
            return
        handler.send_response(204 if handler.command == "DELETE" else self.status)
        handler.end_headers()


def refused(server, **options):
    return error_of(toy().core, server.url, function=endpoint_loader.load, **options)


def test_store_that_rejects_data(server):
    Store(server, status=507)
    assert "/store?graph=https" in refused(server)
    assert server.requests[1][0] == "DELETE"
    assert "no_transaction" in server.requests[2][1]


def test_lost_triples_are_noticed(server):
    Store(server, count=7)
    assert "holds 7 triples in <urn:g>, but" in refused(server, name="urn:g")


def test_unknown_store(server):
    Store(server, engine="Apache Jena Fuseki")
    assert "unknown graph store" in refused(server)
    Store(server, engine="Apache Jena Fuseki", count=1)
    store = server.url.replace("sparql", "data?x=1")
    refused(server, store=store)
    assert server.requests[-2][1].startswith("/data?x=1&graph=https%3A%2F%2Fw3id")


def test_invalid_graph_name(server):
    assert "invalid graph 'my graph': expected an absolute IRI" in refused(
        server, name="my graph"
    )


def test_release_comes_last(server):
    """A graph that was left half full must not look like a whole one."""
    Store(server)
    refused(server)
    *earlier, last = [body.decode() for method, *_, body in server.requests if body][
        1:-1
    ]
    assert "a skos:ConceptScheme" in last.rpartition("\n\n")[2]
    assert not any("a skos:ConceptScheme" in body for body in earlier)


def test_progress_ends_at_the_total(server):
    Store(server)
    seen = []
    refused(server, progress=lambda *done: seen.append(done))
    assert seen[-1][0] == seen[-1][1]


def test_password_is_required(monkeypatch):
    monkeypatch.delenv("ICDGRAPH_PASSWORD", raising=False)
    words = ["http://localhost/", "--user", "dba", "--release", str(toy_module.PATH)]
    result = CliRunner().invoke(load_endpoint, words)
    assert result.exit_code == 2
    assert "Set the environment variable ICDGRAPH_PASSWORD" in result.output
