"""How two codes are connected, as data, in sentences and as HTML."""

import json

import pytest

from icdgraph.explain.why import MEANINGS
from icdgraph.model import Relation, State
from icdgraph.toy import PATH, toy


def owners(answer):
    return [
        (path.notes[0].kind.value, path.notes[0].owner.code) for path in answer.direct
    ]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("M54.50", "F45.41", [("excludes1", "M54")]),
        ("M54.50", "S39.012A", [("excludes1", "M54.5"), ("excludes2", "M00-M99")]),
        ("M54.50", "G89.4", [("excludes2", "G89"), ("excludes2", "G89")]),
        ("E11.9", "Z79.4", [("useAdditionalCode", "E11")]),
        ("M54.50", "M51.26", [("excludes1", "M54.5")]),
    ],
)
def test_notes_between_two_codes(graph, a, b, expected):
    answer = graph.why(a, b)
    assert owners(answer) == expected
    assert sorted(owners(graph.why(b, a))) == sorted(expected)
    assert answer.through == ()


def test_a_note_is_described_alike_from_both_ends():
    forward, back = toy().why("G89.4", "M54.2"), toy().why("M54.2", "G89.4")
    (one,), (other,) = forward.direct, back.direct
    assert (one.steps[0].forward, other.steps[0].forward) == (True, False)
    # What the note means does not depend on which code comes first.
    assert forward.sentences[1] == back.sentences[1]


def test_place_is_described_in_a_sentence(graph):
    def place(a, b):
        return graph.why(a, b, limit=0).sentences[0]

    assert place("M54", "m 54") == "Both are M54 Dorsalgia."
    assert place("M54", "M54.50") == place("M54.50", "M54")
    assert place("M54.50", "M54").endswith("is 2 levels below M54 Dorsalgia.")
    assert place("B99-B99", "B99").startswith(
        "B99 Other and unspecified infectious diseases is 1 level below section B99-B99"
    )
    assert place("chapter 13", "M00-M99").startswith("Both are chapter 13 (M00-M99)")
    assert place("chapter 13", "A00").endswith(
        "chapter 13 (M00-M99) and A00 in chapter 1 (A00-B99)."
    )
    assert "section M50-M54 Other dorsopathies; " in place("M54.50", "M51.26")


def test_parts_of_headers_are_connected_with_the_levels_between(graph):
    answer = graph.why("M54", "S39")
    part = answer.notes[-1]
    assert (len(part), part.notes[0].owner.code) == (5, "M54.5")
    assert [step.target.code for step in part.steps] == [
        "M54.5",
        "S39.012",
        "S39.01",
        "S39.0",
        "S39",
    ]
    assert answer.sentences[-1].startswith("Between parts of them: M54.5 and S39.012")


def test_chains_are_searched_if_no_note_connects_the_two(graph):
    answer = graph.why("M54.50", "M54.2", limit=2)
    assert (answer.notes, len(answer.through), answer.more_through) == ((), 2, 5)
    assert answer.sentences[1] == "No note at either of them names the other."
    assert answer.sentences[2].startswith(
        "Through R52 Pain, unspecified and then R07.0"
    )
    assert answer.sentences[-1] == "5 more paths of the same length."


def test_chains_can_be_requested_or_not(graph):
    answer = graph.why("M54.50", "F45.41", through=True)
    assert len(answer.direct) == 1
    assert {path.steps[0].target.code for path in answer.through} <= {"R52", "G89"}
    assert graph.why("M54.50", "M54.2", through=False).sentences[1:] == (
        "No note at either of them names the other.",
    )


def test_nothing_connects_two_codes_of_chapters_without_notes(graph):
    answer = graph.why("Z00.00", "V00.01XA")
    assert answer.paths == ()
    assert answer.sentences[-1] == "No chain of two or three notes connects them."


def test_a_note_of_relatives_is_given_once(graph):
    answer = graph.why("D72", "D72.824")
    assert [n.text for p in answer.direct for n in p.notes] == ["basophilia (D72.824)"]
    assert len({path.notes for path in answer.notes}) == len(answer.notes)


def test_every_relation_of_notes_has_a_meaning():
    assert set(MEANINGS) == set(Relation) - {Relation.PARENT, Relation.SYNONYM}


def test_every_sentence_has_the_words_of_its_note(graph):
    answer = graph.why("E11.9", "N18.31", through=True)
    assert answer.paths
    for path in answer.paths:
        assert any(
            all(n.text in words and n.owner.code in words for n in path.notes)
            for words in answer.sentences
        )


def test_a_condition_that_was_not_applied_is_mentioned(grow, toy_text):
    g = grow(toy_text.replace("(F45.41)", "(F45.41 unless it rains)"))
    assert g["M54"].notes[0].state == State.QUALIFIED
    assert "(condition in words, not applied)" in g.why("M54.50", "F45.41").sentences[1]


def test_lines_are_the_sentences(graph):
    answer = graph.why("M54.50", "M54.2")
    assert str(answer).splitlines() == list(answer.lines())
    assert " ".join(line.strip() for line in answer.lines()) == " ".join(
        answer.sentences
    )


def test_record_is_json_with_the_line_of_each_note():
    record = json.loads(json.dumps(toy().why("M54.50", "F45.41").record()))
    assert (record["a"]["code"], record["lca"]) == ("M54.50", None)
    (path,) = record["notes"]
    (step,) = path["steps"]
    assert step["note"]["text"] == "psychogenic dorsalgia (F45.41)"
    lines = PATH.read_text("utf-8").splitlines()
    assert "psychogenic dorsalgia" in lines[step["note"]["line"] - 1]
    assert step["applies_to"] == {"kind": "category", "code": "M54"}
    assert step["names"] == {"kind": "code", "code": "F45.41"}


def test_html_is_escaped(grow, toy_text):
    g = grow(
        toy_text.replace("psychogenic dorsalgia", "&lt;script&gt;x&lt;/script&gt;")
    )
    html = g.why("M54.50", "F45.41")._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;x" in html
    # The colors of the notebook are right for light and dark.
    assert "color" not in html


def test_a_note_that_names_a_parent_says_so(graph):
    (*_, sentence) = graph.why("M54.50", "G89.4").sentences
    assert sentence.endswith("; it names M54, which includes M54.50.")
