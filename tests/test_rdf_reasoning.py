"""The vocabulary under reasoners: HermiT, Pellet's profiles and RDFS.

Both reasoners are in owlready2, as Java programs.
"""

import shutil
import subprocess
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, RdfFormat

from icdgraph.export import pieces
from icdgraph.rdf.vocabulary import PREFIXES, vocabulary
from icdgraph.toy import toy

OUTSIDE_EL = {PREFIXES["xsd"] + name for name in ("boolean", "date")}
"""Datatypes of literals that OWL 2 EL does not have."""


@pytest.fixture(scope="module")
def java():
    """Return a function that runs a class of a reasoner, and returns its output."""
    owlready2 = pytest.importorskip("owlready2")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed (Debian package openjdk-17-jre-headless)")
    folder = Path(owlready2.__file__).parent

    def run(jars, *words):
        command = ["java", "-Xmx3g", "-cp", f"{folder}/{jars}", *words]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        return result.stdout + result.stderr

    return run


def file_of(path, *texts, without_others=False):
    """Write Turtle *texts* as one file of RDF/XML, which both reasoners can read."""
    triples = [
        quad.triple
        for text in texts
        for quad in pyoxigraph.parse(text, RdfFormat.TURTLE)
        if not (
            without_others
            and isinstance(quad.object, Literal)
            and quad.object.datatype.value in OUTSIDE_EL
        )
    ]
    pyoxigraph.serialize(triples, output=str(path), format=RdfFormat.RDF_XML)
    return path.as_uri()


def turtle(graph, *options):
    return "".join(pieces(graph, "turtle", *options))


def is_consistent(java, uri):
    output = java(
        "hermit/HermiT.jar", "org.semanticweb.HermiT.cli.CommandLine", "-k", uri
    )
    assert "is satisfiable" in output or "Inconsistent ontology" in output, output
    return "is satisfiable" in output


def test_the_vocabulary_is_in_owl_2_el(java, tmp_path):
    uri = file_of(tmp_path / "v.rdf", vocabulary())
    assert "OWL Profile = OWL 2 EL" in java("pellet/*", "pellet.Pellet", "info", uri)


def test_the_owl_profile_is_in_owl_2_el(java, tmp_path):
    text = turtle(toy().core, None, "owl")
    uri = file_of(tmp_path / "o.rdf", text, without_others=True)
    assert "OWL Profile = OWL 2 EL" in java("pellet/*", "pellet.Pellet", "info", uri)


@pytest.mark.parametrize(
    ("addition", "expected"),
    [
        ("", True),
        ("<note/M54/excludes1/1> a ig:CodeFirstNote .", False),
        ("ICD10CM:M54 a ig:Chapter .", False),
        ("ICD10CM:M54 ig:owner ICD10CM:M54 .", False),
    ],
)
def test_the_toy_holds_under_hermit(java, tmp_path, addition, expected):
    text = turtle(toy().core) + addition
    uri = file_of(tmp_path / "t.rdf", vocabulary(), text)
    assert is_consistent(java, uri) is expected


@pytest.mark.slow
def test_the_owl_profile_holds_under_hermit(java, core, tmp_path):
    uri = file_of(tmp_path / "owl.rdf", turtle(core, None, "owl"))
    assert is_consistent(java, uri)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 23))
def test_each_chapter_holds_under_hermit(java, core, tmp_path, number):
    chapter = core.chapter(number)
    # All of chapter 19, half of the book, takes HermiT too long.
    for root in chapter.children if number == 19 else [chapter]:
        uri = file_of(tmp_path / "c.rdf", vocabulary(), turtle(core, root))
        assert is_consistent(java, uri), root.code
