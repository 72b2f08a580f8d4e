"""The card of a node, against what DOMAIN experts read off the book for M54.50."""

from icdgraph.explain import card
from icdgraph.toy import toy

KEYS = [
    "code",
    "kind",
    "title",
    "billable",
    "path",
    "children",
    "synonyms",
    "includes",
    "notes",
    "seventh_characters",
    "pointed_at_by",
]


def test_card_of_low_back_pain(graph):
    found = card.record(graph["M54.50"])
    assert list(found) == KEYS
    assert (found["title"], found["kind"]) == ("Low back pain, unspecified", "code")
    assert found["billable"] is True
    assert [node["code"] for node in found["path"]] == [
        "13",
        "M40-M54",
        "M50-M54",
        "M54",
        "M54.5",
    ]
    assert found["synonyms"] == ["Loin pain", "Lumbago NOS"]
    never = {
        (target["code"], note["owner"])
        for note in found["notes"]
        if note["kind"] == "excludes1"
        for target in note["targets"]
    }
    assert never >= {
        ("F45.41", "M54"),
        ("S39.012", "M54.5"),
        ("M51.2", "M54.5"),
        ("M54.4", "M54.5"),
    }
    by_owner = {node["code"]: node["notes"] for node in found["pointed_at_by"]}
    assert by_owner["G89"][0]["kind"] == "excludes2"
    assert by_owner["G89"][0]["heading"].startswith("localized pain")


def test_inherited_is_told_of_every_note(graph):
    notes = card.record(graph["M54.5"])["notes"]
    assert {note["owner"] for note in notes if not note["inherited"]} == {"M54.5"}
    assert {note["owner"] for note in notes if note["inherited"]} == {
        "M54",
        "M50-M54",
        "13",
    }


def test_text_says_what_may_never_and_what_may():
    text = card.text(toy()["M54.50"])
    never, may = text.index("Never with"), text.index("May be used with")
    assert never < text.index("psychogenic dorsalgia (F45.41)") < may
    assert may < text.index("lumbar region pain (M54.5-)")
    assert "printed at M54 Dorsalgia" in text
    assert "said by G89" in text


def test_sequence_is_turned_around_for_the_code_that_is_named(graph):
    # G31 says: use additional F02.80; so G31 comes before F02.80.
    text = card.text(graph["F02.80"])
    before = text[text.index("Before it") : text.index("Pointed at")]
    assert "said by G31 " in before


def test_seventh_characters_mark_the_one_that_makes_the_code(graph):
    text = card.text(graph["S39.012D"])
    assert "* D  subsequent encounter" in text
    assert "  A  initial encounter" in text
    assert card.record(graph["S39.012D"])["seventh_characters"][0] == {
        "character": "A",
        "meaning": "initial encounter",
        "remarks": [],
    }


def test_remark_on_a_seventh_character_is_kept(graph):
    found = {s["character"]: s for s in card.record(graph["S52"])["seventh_characters"]}
    assert found["B"]["remarks"] == ["\tinitial encounter for open fracture NOS"]


def test_table_of_visual_impairment_is_kept(graph):
    text = card.text(next(n for n in graph["H54"].descendants if n.grid))
    assert "Light perception" in text


def test_lines_fit_a_terminal(graph):
    for line in card.text(graph["M54.50"]).splitlines():
        assert len(line) <= 100, line
