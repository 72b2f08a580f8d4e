import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping

import pytest
from tables import rows

import icdgraph
from icdgraph import (
    DamagedRelease,
    Kind,
    NoteKind,
    ParseError,
    Relation,
    State,
    UnknownCode,
)
from icdgraph.graph import reopen
from icdgraph.toy import toy

# The tree of April 2026


def test_counts_of_nodes(core):
    nodes = list(core.nodes())
    assert len(nodes) == 98_505
    assert len({(node.kind, node.code) for node in nodes}) == 98_505
    assert sum(node.is_billable for node in nodes) == 74_719
    codes = list(core.nodes(Kind.CATEGORY, Kind.SUBCATEGORY, Kind.CODE))
    assert sum(not node.is_billable for node in codes) == 23_467
    assert [node.code for node in codes] == list(core)
    assert max(node.level for node in nodes) == 9
    assert sum(node.is_placeholder for node in nodes) == 246
    assert sum(node.made_by is not None for node in nodes) == 51_305
    kinds = Counter(node.kind for node in nodes)
    assert (kinds[Kind.CHAPTER], kinds[Kind.SECTION]) == (22, 297)
    assert kinds[Kind.CATEGORY] == 1918


def test_the_place_of_m54_50(core):
    node = core["M54.50"]
    above = ["M54.5", "M54", "M50-M54", "M40-M54", "M00-M99"]
    assert [n.code for n in node.ancestors] == above
    assert [n.code for n in node.path] == above[::-1]
    assert [n.kind.value for n in node.path] == [
        "chapter", "section", "section", "category", "subcategory",
    ]  # fmt: skip
    assert (node.level, node.chapter.code, node.title) == (
        6, "M00-M99", "Low back pain, unspecified",
    )  # fmt: skip
    assert node.parent == core["M54.5"]
    assert node.synonyms == ("Loin pain", "Lumbago NOS")
    assert node.is_billable
    assert not node.children
    assert node.billable_codes == ("M54.50",)


def test_siblings_and_children_are_in_the_order_of_the_book(core):
    children = [n.code for n in core["M54"].children]
    assert children == [f"M54.{n}" for n in "01234568"] + ["M54.9"]
    assert [n.code for n in core["M54.5"].siblings] == [
        code for code in children if code != "M54.5"
    ]
    # Not the order of the alphabet: letters stand before 9, and C7A after C75.
    assert [n.code for n in core["S06.8"].children] == [
        "S06.81", "S06.82", "S06.8A", "S06.89",
    ]  # fmt: skip
    assert len(core.chapter(1).siblings) == 21
    assert core.chapter(22).chapter == core.chapter(22)
    assert core.chapter(1).parent is None


def test_descendants_follow_each_other(core):
    below = core["M54.5"].descendants
    assert [n.code for n in below] == ["M54.50", "M54.51", "M54.59"]
    total = sum(len(c.descendants) + 1 for c in core.nodes(Kind.CHAPTER))
    assert total == 98_505
    assert len(core.section("M40-M54").billable_codes) == sum(
        len(section.billable_codes) for section in core.section("M40-M54").children
    )


def test_seventh_characters_are_inherited(core):
    assert [s.character for s in core["S39.012"].seventh_characters] == [*"ADS"]
    assert core["S39.012A"].seventh_characters == core["S39"].seventh_characters
    assert core["S39.012A"].made_by == "A"
    assert core["M54.50"].seventh_characters == ()


# A mapping of codes


def test_it_is_a_mapping_of_codes(core):
    assert isinstance(core, Mapping)
    assert len(core) == len(list(core)) == 98_505 - 22 - 297
    assert next(iter(core)) == "A00"
    assert next(iter(core.items())) == ("A00", core["A00"])


@pytest.mark.parametrize(("key", "kind", "code"), rows("keys.jsonl"))
def test_a_key_is_written_as_people_write(core, key, kind, code):
    node = core[key]
    assert (node.kind, node.code) == (kind, code)
    assert key in core
    assert core.get(key) == node


def test_the_code_of_every_node_is_its_key(core):
    for node in core.nodes():
        assert core[node.code] == node
        assert core[node] == node


NO_KEYS = [
    ("M54.5X", UnknownCode, ["'M54.5X'", "2026", "M54.50"]),
    ("m54.5o", UnknownCode, ["'M54.5O'", "Did you mean M54.50, M54.51 or M54.59?"]),
    ("Z99.999-", UnknownCode, ["'Z99.999'", "Z91.199"]),
    ("M50-M55", UnknownCode, ["'M50-M55'", "2026"]),
    ("M54-M54", UnknownCode, ["'M54-M54'", "2026"]),
    ("-", UnknownCode, ["'-'"]),
    ("chapter 23", UnknownCode, ["'23'", "1 to 22"]),
    ("13", ParseError, ["'13'", "M00-M99", "chapter 13"]),
    ("0", ParseError, ["'0'", "M54.50"]),
    ("", ParseError, ["''", "M54.50"]),
    ("back pain", ParseError, ["'back pain'", "M54.50"]),
    (None, ParseError, ["None"]),
    (float("nan"), ParseError, ["nan"]),
    (5, ParseError, ["5"]),
    (["M54.50"], ParseError, ["['M54.50']"]),
]


@pytest.mark.parametrize(("key", "error", "words"), NO_KEYS)
def test_an_unknown_or_malformed_key_is_a_key_error(core, key, error, words):
    with pytest.raises(error) as caught:
        core[key]
    assert isinstance(caught.value, KeyError)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert key not in core
    assert core.get(key) is None
    assert core.get(key, core["M54"]) == core["M54"]


def test_sections_and_chapters_by_name(core):
    assert core.section("B99") == core.section("b99 - b99") == core["B99-B99"]
    assert core.chapter(13) == core.chapter("13") == core.chapter("M00-M99")
    assert (core.chapter(13).code, core.chapter(13).chapter_number) == ("M00-M99", 13)
    assert core["M54.50"].chapter_number == 13
    with pytest.raises(UnknownCode, match=r"'M54'.*by its range"):
        core.section("M54")


@pytest.mark.parametrize("name", [0, 23, 99, "M00", "", None])
def test_an_unknown_chapter_is_a_key_error(core, name):
    with pytest.raises(UnknownCode, match=f"{name!r}.*2026.* 1 to 22"):
        core.chapter(name)


def test_nodes_by_number(core):
    assert core.node(core["M54"].number) == core["M54"]
    with pytest.raises(IndexError):
        core.node(98_505)


# Questions of descent


@pytest.mark.parametrize(("a", "b", "answer"), rows("subsumes.jsonl"))
def test_subsumes(core, a, b, answer):
    assert core.subsumes(a, b) is answer
    assert core.subsumes(core[a], core[b]) is answer
    assert core[a].subsumes(core[b]) is answer
    assert (core[a] in (core[b], *core[b].ancestors)) is answer


def test_subsumes_raises_for_an_unknown_code(core):
    with pytest.raises(UnknownCode):
        core.subsumes("M54", "M54.5X")
    with pytest.raises(ParseError):
        core.subsumes("back pain", "M54")


@pytest.mark.parametrize(("a", "b", "lca", "distance"), rows("lca.jsonl"))
def test_lca_and_distance(core, a, b, lca, distance):
    for pair in ((a, b), (b, a)):
        node = core.lca(*pair)
        assert (node.code if node else None) == lca
        assert core.distance(*pair) == distance


# Notes


@pytest.mark.parametrize(
    ("code", "owner", "kind", "text"), rows("notes/inherited.jsonl")
)
def test_notes_of_umbrellas_and_chapters_apply_to_all_below(
    core, code, owner, kind, text
):
    notes = [n for n in core[code].applicable_notes(kind) if text in n.text]
    assert [note.owner for note in notes] == [core[owner]]
    assert not any(text in note.text for note in core[code].notes)
    assert text not in " ".join(n.text for n in core["J45"].applicable_notes(kind))


def test_applicable_notes_are_its_own_and_then_those_above(core):
    notes = core["M54.50"].applicable_notes(NoteKind.EXCLUDES1)
    assert [(n.owner.code, n.text) for n in notes][2:] == [
        ("M54.5", "low back strain (S39.012)"),
        ("M54.5", "lumbago due to intervertebral disc displacement (M51.2-)"),
        ("M54.5", "lumbago with sciatica (M54.4-)"),
        ("M54", "psychogenic dorsalgia (F45.41)"),
        ("M50-M54", "current injury - see injury of spine by body region"),
        ("M50-M54", "discitis NOS (M46.4-)"),
    ]
    everything = core["M54.50"].applicable_notes()
    owners = [note.owner.number for note in everything]
    assert owners == sorted(owners, reverse=True)
    assert {*notes} < {*everything}


def test_pointed_at_by(core):
    pointing = {(n.owner.code, n.text) for n in core["M54.50"].pointed_at_by}
    assert ("G89", "lumbar region pain (M54.5-)") in pointing
    assert ("G89", "spine pain (M54.-)") in pointing
    for note in core["M54.50"].pointed_at_by:
        assert note.names(core["M54.50"])
    below = {n for n in core.notes() if n.names(core["M54.50"])}
    assert below == set(core["M54.50"].pointed_at_by)
    assert ("M54.5", "lumbago with sciatica (M54.4-)") not in pointing


def test_what_a_note_names_and_applies_to(core):
    (note,) = [n for n in core["M54.5"].notes if "S39.012" in n.text]
    assert note.names(core["S39.012A"])
    assert not note.names(core["S39.01"])
    assert note.applies_to(core["M54.50"])
    assert not note.applies_to(core["M54"])
    assert note.billable() == ("S39.012A", "S39.012D", "S39.012S")
    assert repr(note) == (
        "<excludes1 at M54.5: 'low back strain (S39.012)' -> S39.012>"
    )
    assert note in set(core["M54.5"].notes)


# Conflicts


@pytest.mark.parametrize(("a", "b", "owners"), rows("conflicts.jsonl"))
def test_published_conflicts(core, a, b, owners):
    for pair in ((a, b), (b, a)):
        notes = core.excludes1(*pair)
        assert sorted(n.owner.code for n in notes) == sorted(owners.split())
        assert any(n.state is State.RESOLVED for n in notes) == bool(owners)
        assert all(note.kind == NoteKind.EXCLUDES1 for note in notes)


# Edges


def test_edges_of_m54_5(core):
    edges = core["M54.5"].edges
    ends = [(e.relation.value, getattr(e.target, "code", "")) for e in edges]
    assert ends == [("parent", "M54")] + [
        ("excludes1", code)
        for code in ("M51.360", "M51.370", "S39.012", "M51.2", "M54.4")
    ]
    assert edges[0].note is None
    assert edges[3].note.owner == core["M54.5"]
    assert repr(edges[3]) == "<M54.5 --excludes1--> S39.012>"
    terms = [e for e in core["M54.50"].edges if e.relation == Relation.SYNONYM]
    assert [edge.target for edge in terms] == ["Loin pain", "Lumbago NOS"]
    assert repr(terms[0]) == "<M54.50 --synonym--> Loin pain>"


def test_edges_by_relation(core):
    assert sum(1 for _ in core.edges(Relation.PARENT)) == 98_505 - 22
    assert sum(1 for _ in core.edges(Relation.SYNONYM)) == 12_574
    for relation in Relation:
        kind = relation.note_kind
        if kind and kind.refers:
            edges = list(core.edges(relation))
            assert {e.note for e in edges} == {n for n in core.notes(kind) if n.targets}
            assert all(edge.relation == relation for edge in edges)
            unscoped = [e for e in edges if e.note and not e.note.scope]
            assert len(unscoped) == sum(
                len(n.targets) for n in core.notes(kind) if not n.scope
            )
    every = Counter(edge.relation for edge in core.edges())
    assert set(every) == set(Relation)


# Looks and equality


def test_nodes_are_equal_by_release_and_code(core):
    assert core["M54"] == core["m54"]
    assert core["M54"] is not core["M54"]
    assert len({core["M54"], core["m54"], core["M54.5"]}) == 2
    assert core["B99"] != core.section("B99")
    assert core["M54"] != "M54"
    assert core == core
    assert core != dict(core)


@pytest.fixture
def old(release):
    return release("2017").core


def test_two_releases_side_by_side(core, old):
    assert (core.version, old.version) == ("2026", "2017")
    assert old != core
    assert old["M54.5"].is_billable
    assert not core["M54.5"].is_billable
    assert "M54.50" not in old
    assert not {*old.nodes(Kind.CATEGORY)} & {*core.nodes(Kind.CATEGORY)}
    # Not even where number, code and title agree.
    a00, old_a00 = core["A00"], old["A00"]
    assert (a00.number, a00.title) == (old_a00.number, old_a00.title)
    assert a00 != old_a00


def test_a_node_of_another_release_is_looked_up_by_its_code(core, old):
    assert core[old["M54"]] == core["M54"]
    assert core.subsumes("M54", old["M54.5"])
    assert core.subsumes(old["M54"], "M54.50")
    assert core.lca("M54.50", old["M54.2"]) == core["M54"]
    assert core.distance(old["M54"], "M54") == 0
    assert core.excludes1("M54.50", old["F45.41"])
    assert old["M54"].subsumes(core["M54.5"])
    assert not old["M54"].subsumes(core["M51.26"])
    node = old["F45.41"]
    (excludes,) = [n for n in core["M54"].notes if n.names(core["F45.41"])]
    assert excludes.names(node)


# Pickles

READ = """
import pickle, sys
node = pickle.load(sys.stdin.buffer)
print(node.code, node.title, node.parent.code, len(node.notes))
"""


def test_a_pickled_node_is_small_and_opens_in_another_process(core):
    pickled = pickle.dumps(core["M54.50"])
    assert len(pickled) < 1_000
    assert pickle.loads(pickled) == core["M54.50"]
    process = subprocess.run(
        [sys.executable, "-c", READ], input=pickled, capture_output=True, check=True
    )
    assert process.stdout == b"M54.50 Low back pain, unspecified M54.5 2\n"


def test_a_pickled_note_is_small(core):
    note = core["M54"].notes[0]
    pickled = pickle.dumps(note)
    assert len(pickled) < 2_000
    assert pickle.loads(pickled) == note


def test_a_graph_that_is_not_in_the_cache_is_not_reopened():
    with pytest.raises(DamagedRelease, match=r"0123.*icdgraph\.load"):
        reopen("0123" * 8)


def test_the_graph_of_a_release_is_opened_once(core):
    opened = icdgraph.load().core
    assert reopen(core.edition.key) is opened


def test_a_pickled_node_of_a_graph_made_in_memory_brings_its_graph():
    node = pickle.loads(pickle.dumps(toy()["M54.50"]))
    assert node.title == "Low back pain, unspecified"
    assert node.parent.code == "M54.5"
