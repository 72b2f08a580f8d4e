"""What notes mean, on the release of April 2026."""

import re

import pytest
from tables import rows

from icdgraph.codes import compact
from icdgraph.graph import resolve
from icdgraph.model import DefectKind, Kind, State
from icdgraph.read import references


@pytest.fixture(scope="module")
def means(graph):
    """Return a function from the text of a note to what it means."""
    nodes = list(graph.nodes())
    resolver = resolve.Resolver(
        graph.core.tree,
        [node.kind for node in nodes],
        [node.code for node in nodes],
        [node.title for node in nodes],
        {
            node.number: next(
                s.meaning
                for s in node.seventh_characters
                if s.character == node.made_by
            )
            for node in nodes
            if node.made_by
        },
    )
    return lambda text, owner="A00": resolver.resolve(
        references.parse(text), graph[owner].number
    )


def _codes(graph, numbers):
    return [graph.core.node(number).code for number in numbers]


def _billable(graph, numbers):
    return {code for n in numbers for code in graph.core.node(n).billable_codes}


@pytest.mark.parametrize(
    ("text", "targets"),
    rows("notes/targets.jsonl"),
)  # fmt: skip
def test_each_shape_means_its_codes(graph, means, text, targets):
    found = means(text)
    assert _codes(graph, found.targets) == targets.split()
    assert found.state == State.RESOLVED
    assert found.defects == ()


@pytest.mark.parametrize("ending", ["20", "90"])
def test_the_dash_of_an_ending_stands_for_a_character(graph, means, ending):
    # I69.20 is "Unspecified sequelae of ..."; aphasia is I69.220.
    found = means(f"aphasia (I69. with final characters -{ending})")
    expected = {f"I69.{digit}{ending}" for digit in "012389"}
    assert _billable(graph, found.targets) == expected


def _category(code, first, last):
    return first <= code[:3] <= last


@pytest.mark.parametrize(
    ("text", "meets"),
    [
        ("(T36-T50 with fifth or sixth character 5)",
         lambda c: _category(c, "T36", "T50") and _intent(c) in "5"),
        ("(T36-T50) with fifth or sixth character 6",
         lambda c: _category(c, "T36", "T50") and _intent(c) in "6"),
        ("(T36-T50 with final character 6)",
         lambda c: _category(c, "T36", "T50") and _intent(c) in "6"),
        ("(T36-T65 with fifth or sixth character 1-4 or 6)",
         lambda c: _category(c, "T36", "T65") and _intent(c) in "12346"),
        ("(T51-T65 with fifth or sixth character to indicate intent)",
         lambda c: _category(c, "T51", "T65")),
        ("(T41.- with fifth or sixth character 5)",
         lambda c: c[:3] == "T41" and _intent(c) in "5"),
        ("(V01-V09 with 5th character 9)",
         lambda c: _category(c, "V01", "V09") and c[4] == "9"),
        ("(S02.- with 7th character B)", lambda c: c[:3] == "S02" and c[6] == "B"),
        ("(S42.- with 7th character B or C)",
         lambda c: c[:3] == "S42" and c[6] in "BC"),
        ("(S32.1--S32.9 with 7th character B)",
         lambda c: "S321" <= c[:4] <= "S329" and c[6] == "B"),
        ("(F11-F19 with fifth to sixth characters 51)",
         lambda c: _category(c, "F11", "F19") and c[4:6] == "51"),
        ("(F11-F19 with .15. .25, .95)",
         lambda c: _category(c, "F11", "F19") and c[3:5] in ("15", "25", "95")),
        ("leukemia C91.0-C95.9 with 5th character 1",
         lambda c: _category(c, "C91", "C95") and c[4:5] == "1"),
    ],
)  # fmt: skip
def test_conditions_agree_with_a_look_at_every_code(graph, means, text, meets):
    expected = {
        n.code for n in graph.nodes() if n.is_billable and meets(compact(n.code))
    }
    assert expected
    assert _billable(graph, means(text).targets) == expected


def _intent(packed):
    return packed[4] if packed[5] == "X" else packed[5]


def test_conditions_by_meaning_agree_with_a_look_at_every_title(graph, means):
    found = means("(S52.- with open fracture 7th character)")
    assert _billable(graph, found.targets) == {
        code
        for code in graph["S52"].billable_codes
        if "open fracture" in graph[code].title
    }


def test_an_adverse_effect_of_a_vaccine_is_no_poisoning(graph):
    vaccine = graph["T50.A15A"]
    texts = {note.text for note in vaccine.pointed_at_by}
    assert any("with fifth or sixth character 5)" in text for text in texts)
    assert not any("character 1-4" in text for text in texts)


# Faults of the print


@pytest.mark.parametrize(
    ("text", "targets", "kind", "printed"), rows("notes/faults.jsonl")
)
def test_faults_are_reported_and_the_rest_is_resolved(
    graph, means, text, targets, kind, printed
):
    found = means(text)
    assert _codes(graph, found.targets) == targets.split()
    assert found.defects == ((kind, printed),)
    assert found.state == State.DEFECT


def test_a_word_that_looks_like_a_code_is_a_word(means):
    assert means("vitamin B12 deficiency") == resolve.Resolution()
    assert means("see B12-").state == State.DEFECT


def test_a_condition_that_was_not_applied_is_told(graph, means):
    found = means("pain (M54.5 unless it rains)")
    assert found.state == State.QUALIFIED
    assert _codes(graph, found.targets) == ["M54.5"]


def test_a_scope_beyond_the_owner_narrows_nothing(means):
    resolution = means("code, for codes A00.0-A00.1, to identify (F06.7-)")
    assert len(resolution.scope) == 2
    assert means("code, for codes A00.0-A01, to identify (F06.7-)").scope == ()


# All notes of the release


def test_all_faults_of_the_print(graph):
    found = sorted((d.kind.name, d.note.owner.code, d.text) for d in graph.core.defects)
    assert found == [
        ("DANGLING", "F02", "G31.90"),
        ("DANGLING", "R10.85", "R10.1-R10.4"),
        ("MISPRINTED_LIST", "F06.7", "I69.01-I69.11"),
        ("MISPRINTED_LIST", "F06.7", "I69.21-I69.31"),
        ("MISPRINTED_LIST", "F06.7", "I69.81-I69.91"),
        ("UNBALANCED", "R11.16", "(E87.8}"),
        ("UNBALANCED", "Z47.33", "(Z89.52-"),
    ]
    read = {State.DEFECT, State.QUALIFIED}
    assert all(defect.note.state in read for defect in graph.core.defects)


@pytest.fixture(scope="module")
def naming(graph):
    return [note for note in graph.notes() if note.targets]


def test_targets_are_disjoint_and_in_order(naming):
    for note in naming:
        billable = note.billable()
        assert len(billable) == len(set(billable)), note
        numbers = [target.number for target in note.targets]
        assert numbers == sorted(numbers)


def test_targets_are_the_fewest(graph, naming):
    children = {}
    for parent in graph.core.tree.parents:
        children[parent] = children.get(parent, 0) + 1
    for note in naming:
        held = {}
        for target in note.targets:
            parent = graph.core.tree.parents[target.number]
            held[parent] = held.get(parent, 0) + 1
        for parent, count in held.items():
            # An only child may stand for its parent: a chain has the same codes.
            complete = count == children[parent] and parent >= 0
            assert not complete or count == 1, (note, graph.core.node(parent))


def test_plain_references_name_what_is_printed(graph):
    """Read the simplest shape with nothing but a regular expression."""
    plain = re.compile(r"[^()]*\(([A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]+)?)(?:\.?-)?\)")
    mentions = re.compile(r"\b[A-Z][0-9][0-9A-Z]\b.*\(|\bwith .*character|\bfor codes")
    seen = 0
    for note in graph.notes():
        match = plain.fullmatch(note.text)
        if not note.kind.refers or not match or match[1] not in graph:
            continue
        if mentions.search(note.text):
            continue
        seen += 1
        assert set(note.billable()) == set(graph[match[1]].billable_codes), note
        assert [target.code for target in note.targets] == [match[1]]
    assert seen > 7_000


def test_plain_ranges_name_what_stands_between(graph):
    plain = re.compile(r"[^()]*\(([A-Z][0-9][0-9A-Z])\s?-\s?([A-Z][0-9][0-9A-Z])\)")
    categories = [node.code for node in graph.nodes(Kind.CATEGORY)]
    seen = 0
    for note in graph.notes():
        match = plain.fullmatch(note.text)
        if not note.kind.refers or not match:
            continue
        first, last = (categories.index(end) for end in match.groups())
        seen += 1
        expected = [
            c for e in categories[first : last + 1] for c in graph[e].billable_codes
        ]
        assert list(note.billable()) == expected, note
    assert seen > 450


# Releases of other years


def test_the_oldest_release_has_a_reversed_range(release):
    (reversed_range,) = [
        d for d in release("2017").core.defects if d.kind == DefectKind.REVERSED
    ]
    assert reversed_range.text == "I83.0-I82.2"
    assert [t.code for t in reversed_range.note.targets] == ["I82.2", "I83.0"]


@pytest.mark.parametrize(
    ("year", "faults"), [("2017", 23), ("2021", 6), ("2025", 5), ("2026", 7)]
)
def test_the_same_reader_takes_all_releases(release, year, faults):
    graph = release(year)
    assert len(graph.core.defects) == faults
    assert not graph.core.problems
