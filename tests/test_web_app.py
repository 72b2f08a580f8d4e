"""Pages and linked data as clients get them from a real server over the toy."""

import json
import re
import socket
from urllib.parse import quote

import pytest
from rdflib import Graph, URIRef
from serving import fetch
from tables import rows

from icdgraph.toy import toy
from icdgraph.web.compare_page import Codes, compare_page

IRI = URIRef("http://purl.bioontology.org/ontology/ICD10CM/M54.50")
STRANGE = ['"', "'", "NEAR(", "*", "a AND", "\0", "😀", "{{7*7}}", "<b>", "%s", "../"]
STRANGE += ["-", "\ud800", " "]
PARSERS = {".ttl": "turtle", ".jsonld": "json-ld", ".nt": "nt", ".rdf": "xml"}


@pytest.fixture(scope="module")
def ask(server):
    def get(path, accept="*/*", method=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return fetch(server.address + path, {"Accept": accept, **headers}, method)

    return get


# Addresses


def test_every_node_has_one_address_of_its_own():
    from icdgraph.web.addresses import address, find

    graph = toy().core
    addresses = [address(node) for node in graph.nodes()]
    assert len(set(addresses)) == len(addresses)
    assert [find(graph, name[1:]) for name in addresses] == list(graph.nodes())


@pytest.mark.parametrize(("written", "permanent"), rows("addresses.jsonl"))
def test_other_spellings_redirect_to_the_permanent_address(ask, written, permanent):
    got = ask(written)
    assert (got.status, got.headers["Location"]) == (301, permanent)
    assert ask(permanent[1:]).status == 200


def test_category_and_section_of_one_name_are_two_pages(ask):
    assert '<h1><span class="code">B99</span>' in ask("B99").text
    assert '<h1><span class="code">B99-B99</span>' in ask("B99-B99").text


@pytest.mark.parametrize("path", ["M54.5O", "tree?open=M54.5O"])
def test_a_misspelled_code_gets_the_most_similar_codes(ask, path):
    got = ask(path, "text/html")
    assert (got.status, got.type) == (404, "text/html")
    assert 'href="/M54.50"' in got.text
    assert "unknown code 'M54.5O'" in ask(path, "application/json").text


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "M54.50.png",
        ".ttl",
        "%00",
        "M54.50%0d%0aSet-Cookie:x",
        "M" * 3000,
        "<script>",
        "static/../app.py",
        "static/%2e%2e/app.py",
        "static/%2e%2e/%2e%2e/code.html",
        "static//etc/passwd",
        "M54/M54.5",
        "%ff%fe",
        "%ed%a0%80",
    ],
)
def test_an_unknown_address_is_a_short_page(ask, path):
    got = ask(quote(path, safe="%/."), "text/html")
    assert (got.status, got.type) == (404, "text/html")
    assert "<script>" not in got.text.replace('<script type="module"', "")
    assert "Set-Cookie" not in got.headers
    assert len(got.text) < 10_000


# One address, many formats


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("suffix", PARSERS)
def test_linked_data_has_the_triples_of_the_graph(ask, suffix):
    got = ask(f"M54.50{suffix}")
    assert got.status == 200
    read = Graph().parse(data=got.text, format=PARSERS[suffix])
    literals = {
        (str(p).rpartition("#")[2], str(o)) for p, o in read.predicate_objects(IRI)
    }
    assert ("prefLabel", "Low back pain, unspecified") in literals
    assert ("altLabel", "Lumbago NOS") in literals
    # Its own notes, and those defined above it.
    words = {str(o) for _, p, o in read if str(p).endswith("plainText")}
    assert {"Loin pain", "low back strain (S39.012)"} <= words
    assert "psychogenic dorsalgia (F45.41)" in words
    labels = {str(o) for _, p, o in read if str(p).endswith("prefLabel")}
    assert {"Dorsalgia", "Low back pain"} <= labels


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("*/*", "text/html"),
        ("application/json", "application/json"),
        ("text/turtle;q=0.4, application/ld+json", "application/ld+json"),
        ("application/rdf+xml, text/html;q=0.1", "application/rdf+xml"),
    ],
)
def test_the_accept_header_chooses(ask, accept, type_):
    got = ask("M54.50", accept)
    assert (got.status, got.type) == (200, type_)
    assert "Accept" in got.headers["Vary"].split(", ")
    assert '</M54.50>; rel="canonical"' in got.headers["Link"]
    assert '</M54.50.ttl>; rel="alternate"; type="text/turtle"' in got.headers["Link"]


def test_a_suffix_overrides_the_header_and_other_formats_are_refused(ask):
    assert ask("M54.50.ttl", "application/json").type == "text/turtle"
    got = ask("M54.50", "image/png")
    assert got.status == 406
    assert "text/turtle" in got.text


def test_json_is_the_card(ask):
    from icdgraph.explain.card import Card

    assert ask("M54.50.json").json == Card(toy()["M54.50"]).record()
    assert ask("api/codes/m5450").json == Card(toy()["M54.50"]).record()


# Caching


@pytest.mark.parametrize(
    "path",
    ["", "M54.50", "M54.50.ttl", "M54.50.json", "tree", "sparql", "api/openapi.json",
     "api/search?terms=back", "static/style.css", "static/picture.css",
     "picture/M54.50"],
)  # fmt: skip
def test_a_response_that_the_client_has_is_not_sent_again(ask, path):
    accept = "text/html, text/turtle;q=0.5, */*;q=0.1"
    first = ask(path, accept)
    again = ask(path, accept, If_None_Match=first.headers["ETag"])
    assert (again.status, again.text) == (304, "")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = ask(path, accept, If_None_Match='"x"')
    assert (other.status, other.text) == (200, first.text)


def test_weak_tags_and_stars_match_and_formats_differ(ask):
    tag = ask("M54.50").headers["ETag"]
    assert ask("M54.50", If_None_Match=f'"a", W/{tag}').status == 304
    assert ask("M54.50", If_None_Match="*").status == 304
    assert ask("M54.50.json", If_None_Match=tag).status == 200
    assert ask("M54.5O", If_None_Match="*").status == 404


# What a stranger can ask


def test_every_response_has_headers_that_protect(ask):
    for path in ("", "M54.50", "M54.5O", "static/style.css", "api/tree", "nothing"):
        headers = ask(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers
        assert "server" not in headers


def test_pages_have_no_inline_scripts_and_styles(ask):
    for path in ("", "?q=back", "M54.50", "S39.012", "tree?open=M54", "sparql",
                 "compare?codes=M54.50,F45.41", "M54.5O"):  # fmt: skip
        text = ask(path, "text/html").text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), path
        assert all("src=" in tag for tag in re.findall("<script[^>]*>", text))
        loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', text)
        assert all(address.startswith("/") for address in loaded), path


def test_only_names_of_loopback_are_answered_to(ask, server):
    port = server.address.rstrip("/").rpartition(":")[2]
    for name in ("127.0.0.1", f"localhost:{port}", "LOCALHOST", "[::1]:1"):
        assert ask("M54.50", Host=name).status == 200
    for name in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", ""):
        got = ask("M54.50", Host=name)
        assert got.status == 400
        assert "host" in got.text
        assert "Content-Security-Policy" in got.headers


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("?q=" + "x" * 121, "q .*120"),
        ("tree?open=" + "M" * 41, "open .*40"),
        ("compare?codes=" + "x" * 601, "codes .*600"),
        ("compare?codes=" + "M54.50," * 31, "31 codes.*30"),
        ("compare?codes=M54.50&setting=home", "setting 'home'.*'inpatient'"),
        ("api/search?terms=" + "x" * 121, "terms .*120"),
        ("api/codes/" + "M" * 41, "name .*40"),
        ("api/complete?q=M&limit=1e9", "limit '1e9'"),
        ("api/complete?q=M&limit=٣", "limit"),
    ],
)
def test_invalid_parameters_are_refused_in_a_sentence(ask, path, message):
    got = ask(quote(path, safe="?=&,./"))
    assert (got.status, got.type) == (400, "text/plain")
    assert re.match(f"[^\n]*{message}", got.text)
    assert len(got.text) < 400


@pytest.mark.parametrize("path", ["", "M54.50", "tree", "compare", "api/search"])
def test_everything_is_read_only(ask, path):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        got = ask(path, method=method)
        assert got.status == 405
        assert method in got.text


@pytest.mark.parametrize("path", ["", "M54.50", "api/tree", "static/style.css"])
def test_head_has_the_headers_of_get_and_no_body(ask, path):
    got = ask(path, method="HEAD")
    assert (got.status, got.text) == (200, "")
    for name in ("ETag", "Content-Type", "Content-Length"):
        assert got.headers[name] == ask(path).headers[name]


@pytest.mark.parametrize("text", STRANGE)
def test_any_text_can_be_searched_for(ask, text):
    quoted = quote(text, safe="", errors="surrogatepass")
    for path in (
        f"?q={quoted}",
        f"api/search?terms={quoted}",
        f"compare?codes={quoted}",
    ):
        got = ask(path)
        assert got.status in (200, 400), path
        assert "Traceback" not in got.text
        assert "49" not in got.text or "{{7*7}}" not in text


def test_small_answers_are_sent_at_once():
    from icdgraph.web.server import _listening

    # asyncio does not set it for this socket, and every answer would wait 40 ms.
    with (
        _listening("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_order_of_codes_keeps_every_code():
    codes = Codes(codes="G89.4, zz, M54.50, F45.41, G89.4")
    order = compare_page(toy().core, codes)["order_href"].partition("codes=")[2]
    assert sorted(order.split(",")) == ["F45.41", "G89.4", "G89.4", "M54.50", "zz"]


def test_compare_has_the_findings_of_the_check(ask):
    got = ask("compare?codes=m5450+F45.41,M54.50")
    findings = toy().check(["M54.50", "F45.41", "M54.50"])
    assert findings.summary() in got.text
    for finding in findings:
        assert finding.rule in got.text
    assert json.dumps(ask("api/check?codes=M54.50,F45.41").json["findings"]) == (
        json.dumps(toy().check(["M54.50", "F45.41"]).records())
    )
