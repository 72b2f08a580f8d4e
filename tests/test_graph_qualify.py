"""Which notes are narrower in words than their codes, by notes judged by eye.

Each was judged from its words and the titles of the codes beside it, before the rules
were run on it; the first group is named in the Guidelines or by auditors of claims.
"""

import csv
from pathlib import Path

import pytest
from tables import rows

from icdgraph.model import LINKING, State

LABELS = Path(__file__).parent / "data" / "qualified.tsv"
FLOORS = {
    "largest": (0.99, 0.96),
    "tuned": (0.92, 0.89),
    "blind": (0.85, 0.85),
    "blind, half of them qualified": (0.77, 0.88),
}
"""Precision and recall by sample; `benchmarks/qualify.py` prints them."""


def note_of(graph, owner, words):
    (note,) = [
        note
        for note in graph[owner].notes
        if note.kind in LINKING and note.text.startswith(words)
    ]
    return note


@pytest.mark.parametrize(("owner", "words"), rows("notes/narrower.jsonl"))
def test_words_narrower_than_the_codes_qualify_the_note(graph, owner, words):
    note = note_of(graph, owner, words)
    assert note.state is State.QUALIFIED
    assert note.condition
    assert note.condition in note.text


@pytest.mark.parametrize(("owner", "words"), rows("notes/as_printed.jsonl"))
def test_words_that_describe_the_codes_do_not(graph, owner, words):
    note = note_of(graph, owner, words)
    assert note.state is State.RESOLVED
    assert not note.condition


def test_only_notes_that_name_codes_are_qualified(graph):
    qualified = [note for note in graph.notes() if note.state is State.QUALIFIED]
    assert qualified
    assert all(note.kind in LINKING and note.targets for note in qualified)
    assert all(bool(note.condition) for note in qualified)


@pytest.mark.parametrize("sample", FLOORS)
def test_a_reader_judged_as_the_rules_do(graph, sample):
    states = {
        (note.owner.code, note.kind.value, str(note.position)): note.state
        for note in graph.notes()
    }
    right = wrong = missed = 0
    with LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["sample"] != sample:
                continue
            state = states[row["owner"], row["kind"], row["position"]]
            is_called, is_judged = (
                state is State.QUALIFIED,
                row["judged"] == "qualified",
            )
            right += is_called and is_judged
            wrong += is_called and not is_judged
            missed += is_judged and not is_called
    precision, recall = FLOORS[sample]
    assert right / (right + wrong) >= precision
    assert right / (right + missed) >= recall
