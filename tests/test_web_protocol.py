"""The SPARQL 1.1 Protocol as clients use it, at a real server over the toy."""

import json
import re
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import anyio
import httpx
import pytest
from rdflib import Dataset, Graph
from serving import COMMAND, SLOW, children, fetch, served, until

from icdgraph import QueryWarning, load
from icdgraph.rdf.answer_bytes import Question
from icdgraph.toy import PATH, toy
from icdgraph.web.app import application
from icdgraph.web.negotiation import TRIPLES, media_types
from icdgraph.web.protocol import Endpoint

TITLE = "SELECT ?title { ICD10CM:M54.50 skos:prefLabel ?title }"
RELEASE = r"https://w3id.org/icdgraph/release/2026-\w+"
QUERY = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def ask(server):
    def get(query=None, accept="*/*", at=None, method=None, body=None, media=None, **p):
        parameters = {**({"query": query} if query is not None else {}), **p}
        url = at or server.sparql
        if parameters:
            url += "?" + urlencode(parameters, doseq=True)
        headers = {"Accept": accept} | ({"Content-Type": media} if media else {})
        return fetch(url, headers, method, body)

    return get


@pytest.mark.parametrize(
    ("accept", "type_", "part"),
    [
        ("*/*", "application/sparql-results+json", '"xml:lang":"en"'),
        ("application/json", "application/json", '"bindings"'),
        ("application/sparql-results+xml", None, '<literal xml:lang="en">Low'),
        ("text/csv", None, '"Low back pain, unspecified"\r\n'),
        ("text/tab-separated-values", None, '"Low back pain, unspecified"@en\n'),
        ("text/turtle, text/csv;q=0.1", "text/csv", "Low"),
    ],
)
def test_formats_of_rows(ask, accept, type_, part):
    got = ask(TITLE, accept)
    assert (got.status, got.type) == (200, type_ or accept)
    assert part in got.text
    assert "Accept" in got.headers["Vary"].split(", ")
    assert (got.headers["Icdgraph-Count"], got.headers["Icdgraph-Cut"]) == (
        "1",
        "false",
    )


@pytest.mark.parametrize("accept", [*media_types(TRIPLES), "*/*"])
def test_formats_of_triples(ask, accept):
    for query in ("DESCRIBE ICD10CM:M54.50", "CONSTRUCT WHERE { ?s skos:altLabel ?o }"):
        got = ask(query, accept)
        assert (got.status, got.type) == (200, accept.replace("*/*", "text/turtle"))
        assert "Lumbago NOS" in got.text


def test_yes_or_no(ask):
    query = "ASK { ICD10CM:M54 ig:excludes1 ICD10CM:F45.41 }"
    assert json.loads(ask(query).text)["boolean"] is True
    assert ask(query, "text/csv").text == "true"
    assert "<boolean>true</boolean>" in ask(query, "application/xml").text


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("csv", "text/csv"),
        ("xml", "application/sparql-results+xml"),
        ("application/json", "application/json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results json", "application/sparql-results+json"),
    ],
)
def test_format_in_a_link_goes_before_the_header(ask, name, type_):
    assert ask(TITLE, "text/html", format=name).type == type_
    assert ask(TITLE, type_, format="of my own").type == type_
    assert ask("DESCRIBE <a:a>", format="rdf+xml").type == "application/rdf+xml"
    assert ask("DESCRIBE <a:a>", format="text/turtle").type == "text/turtle"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", ["nquads", "trig"])
def test_triples_are_in_the_default_graph(ask, name):
    """A graph that a query makes has no name (SPARQL 1.1 Query, section 16.2)."""
    query = "CONSTRUCT WHERE { ICD10CM:M54.50 ?p ?o }"
    read = Dataset().parse(data=ask(query, format=name).text, format=name)
    plain = Graph().parse(data=ask(query, format="ntriples").text, format="nt")
    assert set(read.default_graph) == set(plain)
    assert len(plain) > 10


def test_both_posts(ask):
    form = urlencode({"query": TITLE}).encode()
    assert "Low back pain" in ask(body=form, media=FORM).text
    direct = ask(
        body=TITLE.encode(), media="application/sparql-query; charset=UTF-8", limit=1
    )
    assert "Low back pain" in direct.text
    assert ask(body=b"", media=FORM).status == 400
    assert ask(body=b"\xff", media=QUERY).status == 400
    assert ask(body=b"query=%ff", media=FORM).status == 400
    assert ask(body=TITLE.encode(), media="text/plain").status == 415


def test_graphs_of_the_protocol(ask):
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def rows(query=count, **graphs):
        return int(ask(query, "text/csv", **graphs).text.split()[1])

    release = re.search(RELEASE, ask(accept="text/turtle").text)[0]
    everything = rows()
    assert everything > 500
    assert rows(**{"default-graph-uri": release}) == everything
    assert rows(**{"default-graph-uri": ["urn:x", release]}) == everything
    assert rows(**{"default-graph-uri": "urn:x"}) == 0
    assert rows(**{"named-graph-uri": release}) == 0
    # The triples are in the default graph alone.
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert rows(named, **{"named-graph-uri": release}) == 0


def test_a_syntax_error_is_shown_with_a_caret(ask):
    got = ask("SELECT ?x {\n  ?x skso:broader ?y }")
    assert (got.status, got.type) == (400, "text/plain")
    message, line, caret = got.text.splitlines()
    assert message.startswith("line 2, column 6: ")
    assert "'skso:'" in message
    assert "'skos:'" in message
    assert line[caret.index("^") :].startswith("skso:")


@pytest.mark.parametrize(
    ("status", "message", "request_"),
    [
        (400, "missing '}'", {"query": "SELECT ?x { ?x a skos:Concept"}),
        (400, "given 2 times", {"query": ["ASK {}", "ASK {}"]}),
        (400, "1 to 100", {"query": "ASK {}", "limit": "101"}),
        (400, "absolute IRI", {"query": "ASK {}", "default-graph-uri": "x y"}),
        (403, "read-only", {"query": "CLEAR ALL"}),
        (403, "read-only", {"update": "CLEAR ALL"}),
        (403, "read-only", {"body": b"update=CLEAR+ALL", "media": FORM}),
        (403, "read-only", {"body": b"CLEAR", "media": "application/sparql-update"}),
        (403, "SERVICE", {"query": "ASK { SERVICE <http://127.0.0.1:1/> {} }"}),
        (406, "text/csv", {"query": TITLE, "accept": "image/png"}),
        (406, "has no triples", {"query": TITLE, "accept": "text/turtle"}),
        (406, "has no rows", {"query": "DESCRIBE <a:a>", "accept": "text/csv"}),
        (406, "text/turtle", {"accept": "image/png"}),
        (405, "DELETE", {"query": "ASK {}", "method": "DELETE"}),
        (405, "PUT", {"body": b"x", "method": "PUT", "media": "text/plain"}),
        (413, "100,000", {"body": b" " * 400_001, "media": QUERY}),
        (414, "100,000", {"query": "ASK {} #" + "x" * 100_000}),
        (422, "more than 100 rows", {"query": "SELECT * { ?s ?p ?o }"}),
        (400, "seconds", {"query": "ASK {}", "timeout": "0"}),
        (400, "seconds", {"query": "ASK {}", "timeout": "nan"}),
        (400, "given 2 times", {"query": "ASK {}", "timeout": ["1", "2"]}),
        (400, "100 levels", {"query": "ASK {" + "{" * 30_000 + "}" * 30_000 + "}"}),
        (415, "UTF-8", {"body": b"ASK {}", "media": f"{QUERY}; charset=UTF-16"}),
        (504, "longer than 3 s", {"query": SLOW}),
        (504, "longer than 3 s", {"query": SLOW, "timeout": "3600"}),
        (504, "longer than 0.5 s", {"query": SLOW, "timeout": "0.5"}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_refused_request_says_why(ask, status, message, request_):
    got = ask(**request_)
    assert (got.status, got.type) == (status, "text/plain")
    assert message in got.text
    assert "Traceback" not in got.text


def test_an_answer_is_tagged_by_query_release_and_format(ask, server):
    first = ask(TITLE, "text/csv")
    tag = first.headers["ETag"]
    assert ask(TITLE, format="csv").headers["ETag"] == tag
    assert ask(TITLE, "text/csv", timeout="2", method="HEAD").headers["ETag"] == tag
    others = [ask(TITLE), ask(TITLE + " "), ask(TITLE, "text/csv", limit=1)]
    assert len({tag, *(other.headers["ETag"] for other in others)}) == 4
    url = f"{server.sparql}?{urlencode({'query': TITLE})}"
    for known in (tag, f"W/{tag}", f'"x", {tag}'):
        again = fetch(url, {"Accept": "text/csv", "If-None-Match": known})
        assert (again.status, again.text) == (304, "")
        assert again.headers["ETag"] == tag
        assert "Accept" in again.headers["Vary"]
    assert fetch(url, {"Accept": "text/csv", "If-None-Match": '"x"'}).text == first.text
    assert "ETag" not in ask(body=TITLE.encode(), media=QUERY).headers


def test_a_client_that_has_the_answer_runs_no_query(ask, server):
    url = f"{server.sparql}?{urlencode({'query': SLOW})}"
    tag = Endpoint(None, 100, b"", load(PATH).core)._tag(
        Question(SLOW, "application/sparql-results+json", "text/turtle", 100)
    )
    start = time.monotonic()
    assert fetch(url, {"If-None-Match": tag}).status == 304
    assert time.monotonic() - start < 2


def test_an_answer_that_changes_is_never_taken_for_the_same(ask, server):
    tags = {ask("SELECT (struuid() AS ?x) {}").headers["ETag"] for _ in range(3)}
    assert len(tags) == 3


def test_a_limit_cuts_a_longer_answer(ask):
    got = ask("SELECT * { ?s ?p ?o }", "text/csv", limit=7)
    assert got.text.count("\r\n") == 8
    assert (got.headers["Icdgraph-Count"], got.headers["Icdgraph-Cut"]) == ("7", "true")


def test_endpoint_describes_itself(ask, server):
    for accept in ("*/*", "text/turtle", "application/rdf+xml", "application/ld+json"):
        got = ask(accept=accept)
        assert got.status == 200
        assert server.sparql in got.text
        assert "SPARQL11Query" in got.text
    assert ask(accept="text/html").text.startswith("<!DOCTYPE html>")
    assert ask(TITLE, "text/html").text.startswith("<!DOCTYPE html>")


def test_host_header_cannot_write_turtle():
    headers = {"Host": "x>.<a:a><a:b><a:c", "Accept": "application/n-triples"}
    transport = httpx.ASGITransport(application(toy().core, pool=None, hosts=["*"]))

    async def get():
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.get("http://x:8010/sparql", headers=headers)

    got = anyio.run(get)
    assert got.status_code == 200
    assert "SPARQL11Query" in got.text
    assert "<a:b>" not in got.text


def test_pages_of_any_site_may_ask(server):
    origin = {"Origin": "https://example.org"}
    for path in ("sparql", "static/sparql.js", "nothing", "api/complete?q=M54"):
        headers = fetch(server.address + path, origin).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
    more = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = fetch(server.sparql, origin | more, "OPTIONS")
    assert preflight.status == 200
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "content-type" in preflight.headers["Access-Control-Allow-Headers"]


def test_completion(ask, server):
    def texts(word, **more):
        got = ask(at=f"{server.address}api/complete", q=word, **more)
        return [one["text"] for one in json.loads(got.text)["suggestions"]]

    assert texts("ICD10CM:M54")[:3] == ["ICD10CM:M54", "ICD10CM:M54.2", "ICD10CM:M54.4"]
    assert texts("ICD10CM:m545") == [
        "ICD10CM:M54.5",
        "ICD10CM:M54.50",
        "ICD10CM:M54.59",
    ]
    assert "ICD10CM:M54.50" in texts("M54.5")
    assert "ICD10CM:M54.5" in texts("ICD10CM:back")
    assert texts("skos:pref") == ["skos:prefLabel"]
    assert "ig:excludes1" in texts("excl")
    assert texts("sko") == ["skos:"]
    assert texts("ICD10CM:M54", limit=1) == ["ICD10CM:M54"]
    assert texts("") == texts("x" * 1000) == texts("%s:%s") == []
    assert ask(at=f"{server.address}api/complete", q="M", limit="1e9").status == 400


def test_named_queries(ask, server):
    page = json.loads(ask(at=f"{server.address}api/page").text)
    named = {query["name"]: query for query in page["queries"]}
    assert len(named) >= 25
    at = f"{server.address}api/queries/billable-under"
    text = json.loads(ask(at=at, code="M54.5").text)["text"]
    assert "ICD10CM:M54.5 " in text or "/M54.5>" in text
    assert ask(text, "text/csv").status == 200
    assert "M54.O" in ask(at=at, code="M54.O").text
    assert ask(at=f"{server.address}api/queries/nothing").status == 400


# Many, slow, gone


def test_a_slow_query_delays_no_other_and_is_stopped(ask, server):
    slow = []
    thread = threading.Thread(target=lambda: slow.append(ask(SLOW)))
    thread.start()
    start = time.monotonic()
    count = 0
    seen = set()
    while thread.is_alive():
        assert ask(TITLE).status == 200
        seen |= children(server.process.pid)
        count += 1
    thread.join()
    assert slow[0].status == 504
    assert time.monotonic() - start < 20
    assert count > 10
    assert until(lambda: len(seen - children(server.process.pid)) == 1)


def test_a_client_that_goes_away_stops_its_query(ask, server):
    ask("ASK {}")
    before = children(server.process.pid)
    host, port = re.search(r"//(.*):(\d+)/", server.address).groups()
    with socket.create_connection((host, int(port))) as client:
        target = "/sparql?" + urlencode({"query": SLOW})
        client.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        time.sleep(0.5)
    start = time.monotonic()
    assert until(lambda: len(before - children(server.process.pid)) == 1, 2.4)
    assert time.monotonic() - start < 2.4
    assert ask("ASK {}").status == 200


def test_fifty_clients_at_once(ask):
    def one(number):
        code = ("M54", "M54.5", "M54.50", "G89.4")[number % 4]
        got = ask(f"SELECT ?n {{ ICD10CM:{code} skos:notation ?n }}", "text/csv")
        return got.status, got.text.split()[1] == code

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(one, range(500))) == {(200, True)}


# The command


def test_ctrl_c_stops_all_even_while_a_query_runs(ask):
    with served(PATH, "--timeout", "60", "--workers", "1") as own:
        thread = threading.Thread(target=lambda: ask(SLOW, at=own.sparql))
        thread.start()
        assert until(lambda: children(own.process.pid))
        (worker,) = children(own.process.pid)
        time.sleep(1)
        own.process.send_signal(signal.SIGINT)
        log = own.process.stderr.read()
        assert own.process.wait(10) == 130
        thread.join(10)
    assert not thread.is_alive()
    assert "interrupted" in log
    assert "Traceback" not in log
    assert until(lambda: worker not in children(1))


def test_a_port_in_use_is_an_error(server):
    port = server.address.rstrip("/").rpartition(":")[2]
    done = subprocess.run(
        [*COMMAND, "--port", port, "--release", str(PATH)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    message = rf"icdgraph: [^\n]*{port}[^\n]* in use[^\n]*--port[^\n]*\n"
    assert re.fullmatch(message, done.stderr)


@pytest.mark.parametrize("form", ["csv", "json", "xml", "turtle"])
def test_a_mistake_is_told_in_a_header(ask, form):
    text = 'DESCRIBE ?c { ?c skos:prefLabel "Ménière" ; ig:exclude1 ?x }'
    text = text if form == "turtle" else text.replace("DESCRIBE", "SELECT")
    got = ask(text, format=form)
    assert got.status == 200
    assert json.loads(got.headers["Icdgraph-Hint"])[-1].endswith("mean ig:excludes1?")
    assert "Icdgraph-Hint" not in ask("ASK { ?c ig:excludes1 ?x }").headers


def test_a_client_of_ours_warns_of_what_the_endpoint_tells(server):
    with pytest.warns(QueryWarning, match="Did you mean ig:excludes1"):
        assert not toy().sparql("ASK { ?c ig:exclude1 ?x }", endpoint=server.sparql)
