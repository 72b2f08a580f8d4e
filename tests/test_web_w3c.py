"""W3C's tests of the SPARQL 1.1 Protocol and Service Description, at a real server.

Each request of the manifest is sent as it is written there.  The toy has one graph, so
that the names of W3C's graphs and documents are replaced by that of the release, which
has a type as W3C's documents have; `test_web_protocol` holds that other names of graphs
give other answers.
"""

import http.client
import json
import re
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from serving import fetch

from icdgraph import load
from icdgraph.rdf.vocabulary import release_iri
from icdgraph.toy import PATH

ENDPOINTS = (Path(__file__).parents[1] / "docs/endpoints.md").read_text("utf-8")
FOLDER = Path(__file__).parents[2] / "shared/data/sparql"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
DOCUMENTS = [f"http://kasei.us/2009/09/sparql/data/data{n}.rdf" for n in range(4)]

CHANGED = "it updates a chosen graph, and asks for what has changed"
SENT = "it sends an update, which a read-only endpoint refuses"
UPDATES = {
    "update_dataset_default_graph": CHANGED,
    "update_dataset_default_graphs": CHANGED,
    "update_dataset_named_graphs": CHANGED,
    "update_dataset_full": CHANGED,
    "update_post_form": SENT,
    "update_post_direct": SENT,
    "update_base_uri": "it inserts a relative IRI, and asks for its base",
}
"""The tests that do not apply to a read-only endpoint, and why: `docs/endpoints.md`."""

NAMED = {
    "query_dataset_named_graphs_get",
    "query_dataset_named_graphs_post",
    "query_dataset_full",
    "query_multiple_dataset",
}
"""Tests of named graphs, which we do not have: there is nothing in them."""

BOOLEAN = {"application/sparql-results+json", "application/sparql-results+xml"}
FORMATS = {
    "boolean": BOOLEAN,
    "tabular": {*BOOLEAN, "text/csv", "text/tab-separated-values"},
    "RDF": {"text/turtle", "application/rdf+xml", "application/n-triples"},
}


def manifest(name):
    path = FOLDER / f"{name}-manifest.ttl"
    if not path.is_file():
        return None
    return Graph().parse(path, publicID="http://www.w3.org/manifest")


def entries(graph):
    return graph.items(next(graph.objects(None, MF.entries))) if graph else ()


PROTOCOL = manifest("protocol")
TESTS = {str(test).rpartition("#")[2]: test for test in entries(PROTOCOL)}


@pytest.fixture(scope="module")
def send(server):
    """Return a function that sends a request of the manifest: status, type, text."""
    release = release_iri(load(PATH).core)

    def ours(text):
        for document in DOCUMENTS:
            text = text.replace(quote(document, safe=""), quote(release, safe=""))
            text = text.replace(document, release)
        return text

    def send(request):
        value = PROTOCOL.value
        path = ours(str(value(request, HT.absolutePath))).replace("/sparql/", "/sparql")
        body = None
        if content := value(request, HT.body):
            encoding = str(value(content, CNT.characterEncoding))
            body = ours(str(value(content, CNT.chars))).encode(encoding)
        fields = value(request, HT.headers)
        headers = {
            str(value(field, HT.fieldName)): str(value(field, HT.fieldValue))
            for field in (PROTOCOL.items(fields) if fields else ())
        }
        connection = http.client.HTTPConnection(urlsplit(server.address).netloc)
        connection.request(str(value(request, HT.methodName)), path, body, headers)
        response = connection.getresponse()
        media = response.headers["Content-Type"].partition(";")[0]
        text = response.read().decode()
        connection.close()
        return response.status, media, text

    return send


def requests(test):
    """Yield each request of *test*, with the response that it expects."""
    connection = PROTOCOL.value(test, MF.action)
    for request in PROTOCOL.items(PROTOCOL.value(connection, HT.requests)):
        yield request, PROTOCOL.value(request, HT.resp)


@pytest.mark.skipif(PROTOCOL is None, reason="W3C's manifests are not in shared/data")
def test_every_test_of_the_manifest_is_run():
    assert len(TESTS) == 34
    assert {name for name in TESTS if name.startswith("update_")} == UPDATES.keys()
    for name, reason in UPDATES.items():
        assert re.search(f"`{name}`.*{reason}", ENDPOINTS)
    for name in NAMED:
        assert re.search(f"`{name}`.*no named graphs", ENDPOINTS)


@pytest.mark.parametrize("name", sorted(TESTS.keys() - UPDATES.keys()))
def test_protocol(send, name):
    for request, expected in requests(TESTS[name]):
        status, media, text = send(request)
        statuses = {
            str(code)[-3:-2] for code in PROTOCOL.objects(expected, MF.expectedStatus)
        }
        assert statuses
        assert str(status)[0] in statuses, text
        form = PROTOCOL.value(expected, MF.expectedFormat)
        assert form is None or media in FORMATS[str(form)]
        if boolean := PROTOCOL.value(expected, MF.expectedBoolean):
            assert json.loads(text)["boolean"] == (
                boolean.toPython() and name not in NAMED
            )


@pytest.mark.parametrize("name", sorted(UPDATES.keys() & TESTS.keys()))
def test_updates_are_refused(send, name):
    """The first request is the update; a later one asks for its effect."""
    request, _ = next(requests(TESTS[name]))
    status, media, text = send(request)
    assert (status, media) == (403, "text/plain")
    assert "read-only" in text


# Service Description


DOMAINS = {
    SD.endpoint: SD.Service,
    SD.supportedLanguage: SD.Service,
    SD.resultFormat: SD.Service,
    SD.inputFormat: SD.Service,
    SD.feature: SD.Service,
    SD.languageExtension: SD.Service,
    SD.defaultEntailmentRegime: SD.Service,
    SD.availableGraphs: SD.Service,
    SD.defaultDataset: SD.Service,
    SD.defaultGraph: SD.Dataset,
}
"""The domain of each property in section 3 of the Recommendation that we may use."""

RANGES = {
    SD.defaultDataset: SD.Dataset,
    SD.defaultGraph: SD.Graph,
}
LANGUAGES = {SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL11Update}


@pytest.fixture(scope="module")
def described(server):
    got = fetch(server.sparql)
    assert got.type == "text/turtle"  # "GET on endpoint returns RDF"
    return Graph().parse(data=got.text, format="turtle", publicID=server.sparql)


def test_service_description_has_the_tests_of_w3c():
    names = {
        str(test).rpartition("#")[2]
        for test in entries(manifest("service-description"))
    }
    if not names:
        pytest.skip("W3C's manifests are not in shared/data")
    assert names == {"has-endpoint-triple", "returns-rdf", "conforms-to-schema"}


def test_has_endpoint_triple(described, server):
    assert list(described[: SD.endpoint :]) == [
        (URIRef(server.sparql), URIRef(server.sparql))
    ]


def test_conforms_to_schema(described):
    assert set(described[: RDF.type : SD.Service])
    assert set(described.objects(None, SD.supportedLanguage)) <= LANGUAGES
    used = {p for p in described.predicates() if str(p).startswith(str(SD))}
    assert used <= DOMAINS.keys()
    assert {SD.resultFormat, SD.defaultDataset, SD.defaultGraph} <= used
    for prop in used:
        for subject, value in described.subject_objects(prop):
            assert (subject, RDF.type, DOMAINS[prop]) in described
            if prop in RANGES:
                assert (value, RDF.type, RANGES[prop]) in described
