"""The IRIs of our RDF resolve: at a server, and by redirects to static files."""

import re
import runpy
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from endpoint_servers import free_port
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, SKOS, VOID
from serving import fetch, until

from icdgraph import load
from icdgraph.rdf import mapping
from icdgraph.rdf.turtle import lines
from icdgraph.rdf.vocabulary import IG, expand, release_iri
from icdgraph.toy import PATH
from icdgraph.web import resources

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own

CORE = load(PATH).core
RELEASE = release_iri(CORE)
TURTLE = "".join(lines(mapping.resources(CORE), RELEASE))
OURS = sorted(
    {
        str(term)
        for triple in Graph().parse(data=TURTLE, format="turtle")
        for term in triple
        if isinstance(term, URIRef) and term.startswith(resources.HOME)
    }
)
ROOT = URIRef(expand("ICD10CM:ICD-10-CM"))
FORMATS = {"text/turtle": "turtle", "application/ld+json": "json-ld"}


@pytest.fixture(scope="module")
def ask(server):
    def get(path, accept="*/*", method=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        url = server.address + path.lstrip("/")
        return fetch(url, {"Accept": accept, **headers}, method)

    return get


def read(got, base=None):
    return Graph().parse(data=got.text, format=FORMATS[got.type], publicID=base)


@pytest.fixture(scope="module")
def everything():
    return Graph().parse(data=TURTLE, format="turtle")


@pytest.mark.parametrize("iri", OURS)
def test_every_iri_of_the_data_resolves(ask, everything, iri):
    """With all that is stated of it, in each format; a page shows the same values."""
    path = resources.here(iri).partition("#")[0]
    term = URIRef(iri)
    stated = set(everything.triples((term, None, None)))
    for accept in FORMATS:
        got = ask(path, accept)
        assert (got.status, got.type) == (200, accept)
        found = read(got)
        assert stated <= set(found)
        assert (term, None, None) in found
    page = ask(path, "text/html,*/*;q=0.8")
    assert (page.status, page.type) == (200, "text/html")
    assert "<h1>" in page.text
    name = iri.partition("#")[2]
    assert not name or f'id="{name}"' in page.text
    for _, _, value in stated:
        if isinstance(value, URIRef):
            assert f'href="{resources.here(str(value))}"' in page.text


def test_what_refers_to_a_resource_is_in_the_answer(ask):
    note = URIRef(f"{RELEASE}/note/M54/excludes1/1")
    found = read(ask(resources.here(note), "text/turtle"))
    owner = URIRef(expand("ICD10CM:M54"))
    assert (owner, URIRef(f"{IG}note"), note) in found
    page = ask(resources.here(note), "text/html").text
    assert re.search(r'is the value of\s+<a href="/ontology#note">ig:note</a>', page)
    assert '<a href="/F45.41">F45.41</a> Pain disorder' in page


def test_root_concept(ask):
    for path, accept in (("ICD-10-CM", "text/turtle"), ("ICD-10-CM.jsonld", "*/*")):
        found = read(ask(path, accept))
        assert (ROOT, SKOS.prefLabel, Literal("ICD-10-CM", "en")) in found
        assert len(list(found.subjects(SKOS.broader, ROOT))) == 5
        assert len(found) < 50
    assert '<a href="/M00-M99">M00-M99</a>' in ask("ICD-10-CM", "text/html").text


def test_the_vocabulary_has_every_term_that_is_ours(ask):
    found = read(ask("ontology", "text/turtle"))
    assert (URIRef(IG.rstrip("#")), RDF.type, OWL.Ontology) in found
    version = found.value(URIRef(IG.rstrip("#")), OWL.versionIRI)
    assert ask(resources.here(str(version)) + ".ttl").text == ask("ontology.ttl").text
    for name in ("excludes1", "Finding"):
        assert (URIRef(IG + name), None, None) in found
    assert f"/ontology#{'Finding'}" in ask("findings", "text/html").text


def test_void_names_the_endpoint(ask, server):
    for path in (".well-known/void", ".well-known/void.jsonld"):
        accept = "text/turtle" if path.endswith("void") else "*/*"
        found = read(ask(path, accept), server.address)
        endpoint = found.value(URIRef(RELEASE), VOID.sparqlEndpoint)
        assert str(endpoint) == server.sparql
        assert (URIRef(RELEASE), RDF.type, VOID.Dataset) in found
    assert server.sparql in ask(".well-known/void", "text/html").text


@pytest.mark.parametrize(
    "path",
    [
        "release",
        "release/",
        "release/1999-10-01",
        f"release/{RELEASE.rpartition('/')[2]}/note/M54/excludes1/99",
        f"release/{RELEASE.rpartition('/')[2]}/%3Cscript%3E%20%22%3E.",
        "ontology/99.0",
        ".well-known/nothing",
    ],
)
def test_what_is_unknown_is_said_in_a_sentence(ask, path):
    got = ask(path, "text/turtle")
    assert (got.status, got.type) == (404, "text/plain")
    assert re.fullmatch(
        r"nothing is known of '.*': this server has .*/release/.*\n", got.text
    )
    page = ask(path, "text/html")
    assert (page.status, page.type) == (404, "text/html")
    assert "this server has ICD-10-CM" in page.text
    assert "<script>" not in page.text.replace('<script type="module"', "")


@pytest.mark.parametrize("path", ["ontology", "ICD-10-CM", resources.here(RELEASE)])
def test_headers(ask, path):
    tags = set()
    for accept in ("text/html", *FORMATS):
        got = ask(path, accept)
        assert "Accept" in got.headers["Vary"].split(", ")
        assert 'rel="alternate"; type="text/turtle"' in got.headers["Link"]
        head = ask(path, accept, "HEAD")
        assert (head.text, head.headers["ETag"]) == ("", got.headers["ETag"])
        assert ask(path, accept, If_None_Match=got.headers["ETag"]).status == 304
        tags.add(got.headers["ETag"])
    assert len(tags) == 3
    assert ask(path, "image/png").status == 406


# Redirects from w3id.org to files of a static host

TOP = Path(__file__).parent.parent
HTACCESS = TOP / "ontology/.htaccess"
BASE = "https://example.org/icdgraph"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def redirect(path, accept):
    """Return where *path* is redirected to, by the part of mod_rewrite that is used."""
    env, conditions = {}, []

    def expanded(text, match=None):
        text = re.sub(r"%\{ENV:(\w+)\}", lambda name: env.get(name[1], ""), text)
        text = text.replace("%{HTTP_ACCEPT}", accept)
        return re.sub(r"\$(\d)", lambda group: match[int(group[1])] or "", text)

    for line in HTACCESS.read_text("utf-8").splitlines():
        word, *rest = line.split(" ") if line else [""]
        if word == "RewriteCond":
            test, pattern, *_ = rest
            text, wanted = expanded(test), not pattern.startswith("!")
            found = (
                text == pattern[1:]
                if pattern.startswith("=")
                else bool(re.search(pattern.lstrip("!"), text, re.IGNORECASE))
            )
            conditions.append(found == wanted)
        elif word == "RewriteRule":
            pattern, target, flags = rest
            match = re.search(pattern, path)
            if match and all(conditions):
                if target != "-":
                    assert "R=303" in flags
                    return expanded(target, match)
                name, _, value = flags.strip("[]").removeprefix("E=").partition(":")
                env[name] = value
            conditions = []
    return None


@contextmanager
def apache(folder):
    """Start Apache with the redirects of w3id.org in *folder*, or skip."""
    program = shutil.which("apache2")
    modules = Path("/usr/lib/apache2/modules")
    if not program or not modules.is_dir():
        pytest.skip("Apache is not installed (apt-get install apache2)")
    port = free_port()
    root = folder / "root/icdgraph"
    root.mkdir(parents=True)
    shutil.copy(HTACCESS, root)
    names = ("mpm_event", "authz_core", "rewrite", "headers")
    loads = [f"LoadModule {name}_module {modules}/mod_{name}.so" for name in names]
    config = folder / "apache.conf"
    config.write_text(
        "\n".join(
            [
                *loads,
                f"ServerRoot {folder}",
                f"PidFile {folder}/pid",
                f"ErrorLog {folder}/log",
                "ServerName localhost",
                f"Listen 127.0.0.1:{port}",
                f"DocumentRoot {folder}/root",
                f"<Directory {folder}/root>",
                "AllowOverride All",
                "Require all granted",
                "</Directory>",
            ]
        )
    )
    with subprocess.Popen([program, "-X", "-f", str(config)]) as process:
        try:
            address = f"http://127.0.0.1:{port}/icdgraph/"
            assert until(lambda: _answers(address)), (folder / "log").read_text()
            yield address
        finally:
            process.terminate()


def _answers(address):
    try:
        return fetch(address).status
    except OSError:
        return False


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return a folder with the documents of the toy."""
    folder = tmp_path_factory.mktemp("site")
    runpy.run_path(str(TOP / "docs/make_site.py"))["site"](CORE, folder)
    return folder


@pytest.mark.parametrize("iri", [*OURS, f"{IG}Finding"])
def test_iris_are_redirected_to_files_that_describe_them(site, everything, iri):
    path = iri.removeprefix(resources.HOME).partition("#")[0]
    for accept, suffix in ((BROWSER, "html"), *((a, "") for a in FORMATS)):
        target = redirect(path, accept)
        assert target.startswith(f"{BASE}/")
        place, _, anchor = target.removeprefix(BASE).partition("#")
        file = site / place[1:]
        assert file.is_file(), target
        text = file.read_text("utf-8")
        if suffix:
            assert file.suffix == ".html"
            anchor = iri.partition("#")[2] or anchor
            assert not anchor or f'id="{anchor}"' in text
            assert iri in text or anchor
            continue
        found = Graph().parse(data=text, format=FORMATS[accept])
        assert set(everything.triples((URIRef(iri), None, None))) <= set(found)
        assert (URIRef(iri), None, None) in found


CASES = [
    ("ontology", "", "ontology.ttl"),
    ("ontology", "*/*", "ontology.ttl"),
    ("ontology", "application/rdf+xml, text/html;q=0.5", "ontology.ttl"),
    ("ontology", "text/html, text/turtle;q=0.9", "ontology.html"),
    ("ontology", "text/html;q=0.5, application/ld+json", "ontology.jsonld"),
    ("ontology", "application/ld+json;q=0.5, */*;q=0.1", "ontology.jsonld"),
    ("ontology/0.1.0", BROWSER, "ontology.html"),
    (".well-known/void", BROWSER, "void.html"),
    ("", BROWSER, "void.html"),
    ("icd10cm.owl", "application/rdf+xml", "icd10cm.owl"),
    ("release/2026-04-01", "text/turtle", "release/2026-04-01.ttl"),
    (
        "release/2026-04-01/note/M50-M54/excludes1/1",
        BROWSER,
        "release/2026-04-01/note/M50.html#note/M50-M54/excludes1/1",
    ),
    (
        "release/2026-04-01/conflictGroup/17",
        "application/ld+json",
        "release/2026-04-01/conflictGroup.jsonld",
    ),
    ("release/2026-04-01/level/3", BROWSER, "release/2026-04-01/level.html#level/3"),
]


@pytest.mark.parametrize(("path", "accept", "target"), CASES)
def test_redirects(path, accept, target):
    assert redirect(path, accept) == f"{BASE}/{target}"


def test_apache_redirects_as_well(tmp_path):
    with apache(tmp_path) as address:
        for path, accept, target in CASES:
            got = fetch(address + path, {"Accept": accept})
            assert (got.status, got.headers["Location"]) == (303, f"{BASE}/{target}")
            assert "Accept" in got.headers["Vary"]
        assert fetch(f"{address}nothing").status == 404
    assert redirect("nothing", "*/*") is None
