"""Formats: every one says the same, in the same bytes, or refuses by name."""

import json

import pyoxigraph
import pytest
from click.testing import CliRunner
from processes import printed_by_processes
from tables import rows

import icdgraph
from icdgraph.cli.export import CONTEXTS as CLI_CONTEXTS
from icdgraph.cli.export import FORMS as CLI_FORMS
from icdgraph.cli.export import PROFILES as CLI_PROFILES
from icdgraph.cli.export import export as export_command
from icdgraph.export import CONTEXTS, FORMATS, PROFILES, export, pieces
from icdgraph.rdf import jsonld
from icdgraph.rdf.vocabulary import release_iri
from icdgraph.toy import toy

READERS = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
    "nquads": pyoxigraph.RdfFormat.N_QUADS,
    "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}


def written(graph, form, root=None, profile="full", context="icdgraph"):
    return "".join(pieces(graph, form, root, profile, context))


def read(text, form):
    return list(pyoxigraph.parse(text.encode(), format=READERS[form]))


def triples(*args, form="turtle", **options):
    return {
        quad.triple for quad in read(written(args[0], form, *args[1:], **options), form)
    }


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("form", [form for form in FORMATS if form != "turtle"])
def test_every_format_says_what_turtle_says(core, form, profile):
    for one, root in ((toy().core, None), (core, core["S52.0"])):
        expected = triples(one, root, profile)
        assert triples(one, root, profile, form=form) == expected
        if (form, profile) == ("jsonld", "full"):
            assert triples(one, root, form=form, context="who") == expected
        assert len(expected) > 250


@pytest.mark.parametrize("form", ["trig", "nquads"])
def test_quads_lie_in_the_graph_of_the_release(form):
    name = pyoxigraph.NamedNode(release_iri(toy().core))
    assert {quad.graph_name for quad in read(written(toy().core, form), form)} == {name}


def test_every_format_has_a_reader_here():
    assert READERS.keys() == FORMATS.keys()
    for form, format_ in FORMATS.items():
        assert READERS[form].file_extension == format_.ending


def test_lines_come_in_the_order_of_the_book():
    subjects = [
        line.split()[0] for line in written(toy().core, "ntriples").splitlines()
    ]
    # The number of triples comes last: it is known at the end.
    *subjects, last = subjects
    assert last == f"<{release_iri(toy().core)}>"
    order = list(dict.fromkeys(subjects))
    runs = [
        s for s, before in zip(subjects, [None, *subjects], strict=False) if s != before
    ]
    assert runs == order, "the statements about a subject are together"
    codes = [s.rpartition("/")[2].strip(">") for s in order if "/ICD10CM/" in s]
    assert codes == ["ICD-10-CM", *(node.code for node in toy().core.nodes())]


def test_turtle_breaks_long_lists_between_values(core):
    lines = written(core, "turtle", core["M54"]).splitlines()
    assert not [
        line
        for line in lines
        if len(line) > 88 and line.count(", ") and '"' not in line
    ]
    assert not [line for line in lines if line != line.rstrip()]
    place = lines.index("ICD10CM:M54.50")
    (first,) = [line for line in lines[place : place + 9] if "broaderT" in line]
    assert first.endswith(",")
    assert lines[lines.index(first) + 1].startswith("        ICD10CM:")


def test_prefixes_are_those_of_the_profile():
    for profile, (_, prefixes) in PROFILES.items():
        text = written(toy().core, "turtle", profile=profile)
        bound = {
            line.split()[1][:-1] for line in text.splitlines() if "@prefix" in line
        }
        assert bound == set(prefixes)
        context = json.loads(written(toy().core, "jsonld", profile=profile))["@context"]
        assert {"ICD10CM", "skos", "id", "type", "@base"} <= context.keys()
        assert ("excludes1" in context) == ("ig" in prefixes)


def test_contexts_cover_the_mapping_and_name_nothing_twice(core):
    resources = PROFILES["full"].resources(core, None)
    used = {predicate for _, statements in resources for predicate, _ in statements}
    for context in CONTEXTS:
        keys = jsonld.Context(context).keys
        names = [key.name for key in keys.values()]
        assert len(set(names)) == len(names)
        assert used <= keys.keys()


def test_keys_of_one_value_have_one(core):
    """A key that is no set raises when it meets a second value."""
    for profile in PROFILES:
        assert sum(1 for _ in pieces(core, "jsonld", core.chapter(6), profile)) > 400


def objects(value):
    """Yield the objects in a value of JSON that have a type and an id."""
    if isinstance(value, list):
        for item in value:
            yield from objects(item)
    elif isinstance(value, dict):
        if {"id", "@id"} & value.keys() and {"type", "@type"} & value.keys():
            yield value
        yield from objects(list(value.values()))


@pytest.mark.parametrize(
    ("profile", "context"), [*((p, "icdgraph") for p in PROFILES), ("full", "who")]
)
def test_jsonld_can_be_read_in_a_stream(core, profile, context):
    """Context, type, id, in this order (Streaming JSON-LD, section 3)."""
    file = json.loads(written(core, "jsonld", core["S52.0"], profile, context))
    assert list(file) == ["@context", "@graph"]
    firsts = [list(document)[:2] for document in objects(file["@graph"])]
    assert len(firsts) > 400
    keys = {"icdgraph": ["type", "id"], "who": ["@type", "@id"]}[context]
    assert [first for first in firsts if first != keys] == []


def test_answer_in_jsonld_can_be_read_in_a_stream():
    answer = json.loads(toy().sparql("CONSTRUCT WHERE { ?s ?p ?o }").jsonld())
    firsts = [list(document)[:2] for document in answer]
    assert firsts == [["@type", "@id"]] * len(answer)
    assert len(answer) > 50


def test_who_document_has_the_shape_of_the_icd_api():
    graph = json.loads(written(toy().core, "jsonld", context="who"))["@graph"]
    documents = {document["@id"]: document for document in graph}
    place = "http://purl.bioontology.org/ontology/ICD10CM/"
    m54 = documents[place + "M54"]
    assert m54["title"] == {"@language": "en", "@value": "Dorsalgia"}
    assert m54["code"] == "M54"
    assert m54["classKind"] == "category"
    assert m54["parent"] == [place + "M50-M54"]
    assert m54["child"] == [place + "M54.2", place + "M54.4", place + "M54.5"]
    (exclusion,) = m54["exclusion"]
    assert exclusion["label"] == {
        "@language": "en",
        "@value": "psychogenic dorsalgia (F45.41)",
    }
    assert exclusion["linearizationReference"] == [place + "F45.41"]
    inclusions = documents[place + "M54.50"]["inclusion"]
    assert [i["label"]["@value"] for i in inclusions] == ["Loin pain", "Lumbago NOS"]


SUMS = """
import hashlib
from icdgraph.export import FORMATS, NETWORKS, PROFILES, pieces
from icdgraph.toy import toy
whole = hashlib.sha256()
every = [(form, None, profile) for form in FORMATS for profile in PROFILES]
for options in [*every, *((form,) for form in NETWORKS)]:
    whole.update("".join(pieces(toy().core, *options)).encode())
print(whole.hexdigest())
"""


def test_the_same_graph_gives_the_same_bytes_in_every_process():
    assert len(printed_by_processes(SUMS)) == 1


@pytest.mark.parametrize(("options", "message"), rows("wrong_exports.jsonl"))
def test_what_is_not_supported_is_refused_by_name(tmp_path, options, message):
    with pytest.raises(icdgraph.IcdGraphError, match=message):
        export(toy().core, path=tmp_path / "x", **options)
    assert list(tmp_path.iterdir()) == []


def test_command_line_offers_what_there_is():
    assert list(FORMATS) == list(CLI_FORMS)
    assert list(PROFILES) == list(CLI_PROFILES)
    assert list(CONTEXTS) == list(CLI_CONTEXTS)


@pytest.mark.parametrize("options", [{"profile": "owl"}, {"context": "who"}])
def test_command_line_writes_profiles_and_contexts(core, options):
    words = [f"--{option}={value}" for option, value in options.items()]
    done = CliRunner().invoke(export_command, ["jsonld", "--root", "M54", *words])
    assert done.stdout == written(core, "jsonld", core["M54"], **options)
