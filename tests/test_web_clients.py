"""The endpoint as other clients use it: SPARQLWrapper and Comunica."""

import json
import subprocess

import pytest

TITLES = (
    "SELECT ?code ?title { ?code skos:broader ICD10CM:M54 ; skos:prefLabel ?title }"
)
LABELS = "CONSTRUCT { ?s skos:prefLabel ?o } { ?s skos:prefLabel ?o }"
PREFIXES = """PREFIX ICD10CM: <http://purl.bioontology.org/ontology/ICD10CM/>
PREFIX ig: <https://w3id.org/icdgraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


@pytest.fixture
def endpoint(server):
    return server.sparql


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("posted", ["urlencoded", "postdirectly"])
def test_sparqlwrapper(endpoint, method, posted):
    client = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is missing")

    def query(text, form):
        wrapper = client.SPARQLWrapper(endpoint)
        wrapper.setMethod(method)
        wrapper.setRequestMethod(posted)
        wrapper.setQuery(PREFIXES + text)
        wrapper.setReturnFormat(form)
        return wrapper.query().convert()

    rows = query(TITLES, client.JSON)["results"]["bindings"]
    assert len(rows) == 3
    assert {row["title"]["value"] for row in rows} >= {"Cervicalgia"}
    assert len(query(TITLES, client.XML).getElementsByTagName("result")) == 3
    assert query(TITLES, client.CSV).count(b"\r\n") == 4
    assert query(TITLES, client.TSV).count(b"\n") == 4
    excluded = "ASK { ICD10CM:M54 ig:excludes1 ICD10CM:F45.41 }"
    assert query(excluded, client.JSON)["boolean"] is True
    for form in (client.XML, client.RDFXML, client.JSONLD):
        # Read by rdflib.  There is a title for each node and each 7th character.
        assert len(query(LABELS, form)) > 40
    assert b"prefLabel" in query(LABELS, client.TURTLE)


SCRIPT = """
import { QueryEngine } from "@comunica/query-sparql";
const [endpoint, titles, labels, ask] = process.argv.slice(2);
const engine = new QueryEngine();
const from = { sources: [{ type: "sparql", value: endpoint }] };
const rows = await (await engine.queryBindings(titles, from)).toArray();
const triples = await (await engine.queryQuads(labels, from)).toArray();
console.log(JSON.stringify({
  titles: rows.map((row) => row.get("title").value).sort(),
  labels: triples.length,
  excluded: await engine.queryBoolean(ask, from),
}));
"""


@pytest.fixture(scope="module")
def comunica(npm_installed):
    """The folder that Comunica is installed in."""
    overrides = {"undici": "7.16.0"}
    return npm_installed("comunica", {"@comunica/query-sparql": "5.4"}, overrides)


def test_comunica(endpoint, comunica):
    script = comunica / "ask.mjs"
    script.write_text(SCRIPT)
    ask = PREFIXES + "ASK { ICD10CM:M54 ig:excludes1 ICD10CM:F45.41 }"
    done = subprocess.run(
        ["node", script.name, endpoint, PREFIXES + TITLES, PREFIXES + LABELS, ask],
        cwd=comunica,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["titles"] == ["Cervicalgia", "Low back pain", "Lumbago with sciatica"]
    assert answer["labels"] > 40
    assert answer["excluded"] is True
