"""Files as others read them: Raptor, rdflib, PyLD, two parsers of JavaScript, and more.

Each must find the very triples that pyoxigraph reads in our Turtle.  A subtree is read
in the default run, the whole graph with ``-m slow``.
"""

import json
import os
import shutil
import subprocess
import warnings
from pathlib import Path

import pronto
import pyld
import pyoxigraph
import pytest
import rdflib

from icdgraph.export import FORMATS, PROFILES, export, pieces
from icdgraph.toy import toy

DATA = Path(__file__).parent / "data"
ROOT = "S52.0"
"""The subtree of the default run: notes of all kinds, and seventh characters."""

RAPTOR = ("turtle", "trig", "ntriples", "nquads", "rdfxml")
"""The formats that Raptor reads, by the same names."""


def triples(data, form=pyoxigraph.RdfFormat.N_QUADS):
    """Return the triples of *data* by their hash: the whole graph has 2.3 million."""
    return {hash(str(quad.triple)) for quad in pyoxigraph.parse(data, format=form)}


@pytest.fixture(scope="module")
def expected(core):
    """Return a function that gives what our Turtle says, once for each."""
    kept = {}

    def found(root, profile="full"):
        if (root, profile) not in kept:
            node = core[root] if root else None
            text = "".join(pieces(core, "turtle", node, profile))
            kept[root, profile] = triples(
                text.encode(), form=pyoxigraph.RdfFormat.TURTLE
            )
        return kept[root, profile]

    return found


@pytest.fixture
def written(core, tmp_path):
    """Return a function that writes the graph and gives the path of the file."""

    def write(form, root, profile="full", context="icdgraph"):
        node = core[root] if root else None
        path = tmp_path / f"{profile}.{FORMATS[form].ending}"
        return export(core, form, path, node, profile, context)

    return write


@pytest.fixture(scope="session")
def rapper():
    """Return a function that reads a file with Raptor."""
    program = shutil.which("rapper")
    if not program:
        pytest.skip(
            "rapper is not installed; apt-get install raptor2-utils would be it"
        )

    def read(path, form):
        output = "nquads" if form in ("trig", "nquads") else "ntriples"
        command = [program, "-q", "-i", form, "-o", output, path]
        done = subprocess.run(command, capture_output=True, check=True)
        assert done.stderr == b""
        return triples(done.stdout)

    return read


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("form", RAPTOR)
def test_raptor_reads_a_part(rapper, written, expected, form, profile):
    assert rapper(written(form, ROOT, profile), form) == expected(ROOT, profile)


@pytest.mark.slow
@pytest.mark.parametrize("form", RAPTOR)
def test_raptor_reads_the_whole(rapper, written, expected, form):
    assert rapper(written(form, None), form) == expected(None)
    assert len(expected(None)) > 2_000_000


# rdflib deprecates what its own readers of quads make use of.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("form", [*RAPTOR, "jsonld"])
def test_rdflib_reads_a_part(written, expected, form):
    names = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
    dataset, found = rdflib.Dataset(), rdflib.Graph()
    text = written(form, ROOT).read_text("utf-8")
    dataset.parse(data=text, format=names.get(form, form))
    for subject, predicate, value, _ in dataset.quads():
        found.add((subject, predicate, value))
    assert triples(found.serialize(format="nt", encoding="utf-8")) == expected(ROOT)


@pytest.mark.parametrize("context", ["icdgraph", "who"])
def test_pyld_reads_a_part(written, expected, context):
    document = json.loads(written("jsonld", ROOT, context=context).read_text("utf-8"))
    quads = pyld.jsonld.to_rdf(document, {"format": "application/n-quads"})
    assert triples(quads.encode()) == expected(ROOT)


@pytest.fixture(scope="session")
def node_reads(npm_installed):
    """Return a function that reads a file with a script of ours and its packages."""
    packages = {
        "read_jsonld": {"jsonld": "9"},
        "stream_jsonld": {"jsonld-streaming-parser": "5", "n3": "2"},
    }

    def read(script, path):
        modules = npm_installed(script, packages[script]) / "node_modules"
        done = subprocess.run(
            ["node", "--max-old-space-size=3000", DATA / f"{script}.js", path],
            env={**os.environ, "NODE_PATH": str(modules)},
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr.decode()
        return triples(done.stdout)

    return read


JAVASCRIPT = ("read_jsonld", "stream_jsonld")


@pytest.mark.node
@pytest.mark.parametrize(
    "root", [ROOT, pytest.param(None, marks=pytest.mark.slow, id="whole")]
)
@pytest.mark.parametrize("context", ["icdgraph", "who"])
@pytest.mark.parametrize("script", JAVASCRIPT)
def test_javascript_reads_it(node_reads, written, expected, script, root, context):
    assert node_reads(script, written("jsonld", root, context=context)) == expected(
        root
    )


@pytest.mark.node
@pytest.mark.parametrize("profile", ["skos", "owl"])
@pytest.mark.parametrize("script", JAVASCRIPT)
def test_javascript_reads_profiles(node_reads, written, expected, script, profile):
    path = written("jsonld", ROOT, profile)
    assert node_reads(script, path) == expected(ROOT, profile)


@pytest.mark.node
def test_javascript_streams_answers(node_reads, tmp_path):
    answer = toy().sparql("CONSTRUCT WHERE { ?s ?p ?o }")
    path = tmp_path / "answer.jsonld"
    path.write_text(answer.jsonld(), "utf-8")
    assert node_reads("stream_jsonld", path) == triples(
        str(answer).encode(), form=pyoxigraph.RdfFormat.TURTLE
    )


# Ontology tools


@pytest.mark.parametrize(
    "root", ["M54", pytest.param(None, marks=pytest.mark.slow, id="whole")]
)
def test_pronto_finds_parents_and_synonyms(written, root):
    path = written("rdfxml", root, "owl")
    with warnings.catch_warnings():
        # It warns of every annotation property that it keeps and does not interpret.
        warnings.simplefilter("ignore")
        ontology = pronto.Ontology(path)
    term = ontology["ICD10CM:M54.50"]
    assert term.name == "Low back pain, unspecified"
    assert [parent.id for parent in term.superclasses(with_self=False)] == [
        "ICD10CM:M54.5",
        "ICD10CM:M54",
        "ICD10CM:M50-M54",
        "ICD10CM:M40-M54",
        "ICD10CM:M00-M99",
        "ICD10CM:ICD-10-CM",
    ]
    assert {(s.description, s.scope) for s in term.synonyms} == {
        ("Loin pain", "EXACT"),
        ("Lumbago NOS", "EXACT"),
    }
    owner = ontology["ICD10CM:M54.5"]
    excluded = {
        note.resource.rpartition("/")[2]
        for note in owner.annotations
        if note.property.endswith("#excludes1")
    }
    assert excluded >= {"M51.2", "M54.4", "S39.012"}
    assert len(list(ontology.terms())) == (98_506 if root is None else 44)


def test_owlready2_finds_classes_and_annotations(written):
    owlready2 = pytest.importorskip("owlready2")
    world = owlready2.World()
    ontology = world.get_ontology(written("rdfxml", "M54", "owl").as_uri()).load()
    assert ontology.base_iri.startswith("https://w3id.org/icdgraph/icd10cm.owl")
    place = "http://purl.bioontology.org/ontology/ICD10CM/"
    term = world[place + "M54.50"]
    assert [parent.iri for parent in term.is_a] == [place + "M54.5"]
    assert [str(label) for label in term.label] == ["Low back pain, unspecified"]
    synonyms = {str(synonym) for synonym in term.hasExactSynonym}
    assert synonyms == {"Loin pain", "Lumbago NOS"}
    (excluded,) = world[place + "M54"].excludes1
    assert getattr(excluded, "iri", excluded) == place + "F45.41"
