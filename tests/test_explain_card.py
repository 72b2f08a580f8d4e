"""The card of a node, compared with what a coder reads in the book for M54.50."""

import lzma
import re

from icdgraph.explain import card_text
from icdgraph.explain.card import ADVICE, Card
from icdgraph.explain.card_sections import HEADINGS
from icdgraph.explain.links import links
from icdgraph.model import NoteKind

KEYS = """kind code title billable unspecified path children synonyms includes notes
seventh_characters pointed_at_by related links"""


def codes(nodes):
    return [node.code for node in nodes]


def section(text, heading):
    """Return the lines of *text* below the line that starts with *heading*."""
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(heading)) + 1
    end = lines.index("", start) if "" in lines[start:] else len(lines)
    return [line.strip() for line in lines[start:end]]


# Low back pain


def test_record_of_low_back_pain(graph):
    record = Card(graph["M54.50"]).record()
    assert list(record) == KEYS.split()
    assert (record["title"], record["kind"]) == ("Low back pain, unspecified", "code")
    assert (record["billable"], record["unspecified"]) == (True, True)
    path = ["M00-M99", "M40-M54", "M50-M54", "M54", "M54.5"]
    assert [node["code"] for node in record["path"]] == path
    assert record["path"][0]["chapter_number"] == 13
    assert record["synonyms"] == ["Loin pain", "Lumbago NOS"]
    excluded = {
        (target["code"], note["owner"])
        for note in record["notes"]
        if note["kind"] == "excludes1"
        for target in note["targets"]
    }
    assert excluded >= {
        ("F45.41", "M54"),
        ("S39.012", "M54.5"),
        ("M51.2", "M54.5"),
        ("M54.4", "M54.5"),
    }
    by_owner = {node["code"]: node["notes"] for node in record["pointed_at_by"]}
    assert by_owner["G89"][0]["kind"] == "excludes2"
    assert by_owner["G89"][0]["heading"].startswith("localized pain")


def test_text_of_low_back_pain(graph):
    text = card_text.text(graph["M54.50"])
    assert text.startswith("M54.50  Low back pain, unspecified\nbillable code")
    never, may = section(text, "Never coded with"), section(text, "May be coded with")
    place = never.index("inherited from M54 Dorsalgia:")
    assert never[place + 1] == "psychogenic dorsalgia (F45.41)"
    place = may.index("by a note at G89 Pain, not elsewhere classified:")
    assert "lumbar region pain (M54.5-)" in may[place:]
    related = section(text, "Related codes")
    assert related[:3] == [
        "more specific:",
        "M54.51  Vertebrogenic low back pain",
        "M54.59  Other low back pain",
    ]
    assert {"M54.2  Cervicalgia", "M54.9  Dorsalgia, unspecified"} <= set(related)


# Where notes are defined


def test_what_is_inherited_says_from_where(graph):
    # S06.0X1A is not an injury of the eye: S00-S09 includes them.
    card = Card(graph["S06.0X1A"])
    assert codes(group.owner for group in card.includes) == ["S06", "S00-S09"]
    includes = section(card_text.text(card.node), "Includes")
    place = includes.index("inherited from section S00-S09 Injuries to the head:")
    assert includes.index("traumatic brain injury") < place
    assert place < includes.index("injuries of eye")


def test_record_says_of_every_note_whether_it_is_inherited(graph):
    notes = Card(graph["M54.5"]).record()["notes"]
    assert {note["owner"] for note in notes if not note["inherited"]} == {"M54.5"}
    inherited = {note["owner"] for note in notes if note["inherited"]}
    assert inherited == {"M54", "M50-M54", "M00-M99"}


def test_sequence_is_reversed_for_the_code_that_a_note_names(graph):
    # G31 has Use additional code F02.80, so G31 comes before F02.80.
    card = Card(graph["F02.80"])
    (before,) = (s for s in card.sections if s.heading.key == "before")
    (group,) = (group for group in before.naming if group.owner.code == "G31")
    assert {note.kind for note in group.notes} == {NoteKind.USE_ADDITIONAL_CODE}
    assert NoteKind.USE_ADDITIONAL_CODE in card.named_by[graph["G31"]]
    text = section(card_text.text(card.node), "Coded before it")
    assert any(line.startswith("by a note at G31 ") for line in text)


def test_every_note_that_refers_to_codes_is_in_one_section(graph):
    card = Card(graph["E11.9"])
    for kind in NoteKind:
        shown = [
            note
            for part in card.sections
            for group in part.applying
            for note in group.notes
            if note.kind is kind
        ]
        wanted = kind in {k for heading in HEADINGS for k in heading.kinds}
        assert shown == (list(card.node.applicable_notes(kind)) if wanted else [])


def test_a_condition_that_was_not_applied_is_mentioned(grow, toy_text):
    g = grow(toy_text.replace("(F45.41)", "(F45.41 unless it rains)"))
    text = card_text.text(g["M54.50"])
    assert "unless it rains) [condition in words, not applied]\n" in text


def test_a_scope_is_mentioned(graph):
    (note,) = (n for n in graph["G31"].notes if n.scope and "F06.7" in n.text)
    text = card_text.text(graph["G31"])
    assert note.text.strip() in text
    assert f"[applies to {note.scope[0].code}, " in text
    # What is inherited applies to the code of the card.
    assert "[applies to" not in card_text.text(note.scope[0])
    # A list has one scope.
    lines = section(card_text.text(graph["T36-T50"]), "Coded before it")
    assert sum("[applies to" in line for line in lines) == 1
    assert sum(bool(note.scope) for note in graph["T36-T50"].notes) > 1


def test_exclusions_of_chapters_are_folded(graph):
    node = graph["M54.50"]
    folded, whole = card_text.text(node), card_text.text(node, everything=True)
    assert "arthropathic psoriasis" not in folded
    assert "arthropathic psoriasis" in whole
    chapter = node.chapter
    count = sum(note.kind is NoteKind.EXCLUDES2 for note in chapter.notes)
    assert f"{count} notes of chapter M00-M99; show them with --all" in folded
    assert "--all" not in whole
    assert "arthropathic psoriasis" in card_text.text(chapter)


def test_long_lists_end_with_how_much_more_there_is(graph):
    card = Card(graph["T36.0X5A"])
    for part in card.sections:
        lines = section(card_text.text(card.node), part.heading.title)
        shown = [line for line in lines if line.startswith("by a note at ")]
        rest = [g for g in part.naming if not g.is_boilerplate][card_text.SHOWN :]
        assert len(shown) <= card_text.SHOWN
        more = f"and notes at {len(rest)} more; show them with --all"
        assert (more in lines) == bool(rest)


# Unspecified and related codes, 7th characters


def test_the_line_on_unspecified_codes_is_that_of_the_guidelines(data_file, graph):
    raw = lzma.decompress(data_file("official_guidelines_2026.txt.xz").read_bytes())
    guidelines = " ".join(raw.decode().split())
    start = guidelines.rindex("18. Use of Sign/Symptom/Unspecified Codes")
    end = guidelines.index("19. Coding for Healthcare Encounters", start)
    quotation = re.search("“(.+)”", ADVICE)[1]
    assert quotation in guidelines[start:end]
    assert ADVICE in card_text.text(graph["M54.50"])
    assert ADVICE not in card_text.text(graph["M54.59"])


def test_siblings_are_in_book_order_and_not_repeated(graph):
    card = Card(graph["S52.501A"])
    assert codes(card.siblings) == ["S52.502", "S52.509"]
    assert codes(card.more_specific)[:2] == ["S52.51", "S52.52"]
    assert not set(card.more_specific) & {*card.siblings, *card.siblings_of_parent}
    assert codes(Card(graph["M54.5"]).siblings_of_parent) == ["M50", "M51", "M53"]
    # S06.0X is an only child: the siblings are those of S06.0.
    assert codes(Card(graph["S06.0X1A"]).siblings_of_parent)[::8] == ["S06.1", "S06.A"]
    assert Card(graph["M54"]).siblings_of_parent == ()
    assert Card(graph["M00-M99"]).siblings_of_parent == ()


def test_a_header_says_to_choose_a_code_below_it(graph):
    lines = section(card_text.text(graph["M54"]), "Not billable: choose one of")
    assert [line.split()[0] for line in lines] == codes(graph["M54"].children)
    assert lines[-4].endswith("Low back pain (3 billable codes)")
    assert "Not billable" not in card_text.text(graph.chapter(13))


def test_seventh_characters_come_with_the_codes_that_they_make(graph):
    base = section(card_text.text(graph["S39.012"]), "Not billable: choose a 7th")
    made = section(card_text.text(graph["S39.012D"]), "7th characters")
    assert base == made
    assert base[0] == "S39.012A  A initial encounter"
    assert "below it" not in card_text.text(graph["S39.012"])
    above = section(card_text.text(graph["S39"]), "7th characters of codes below it")
    assert above[0] == "A  initial encounter"


def test_remark_on_a_seventh_character_is_kept(graph):
    characters = Card(graph["S52"]).record()["seventh_characters"]
    (remarks,) = (s["remarks"] for s in characters if s["character"] == "B")
    assert remarks == ["initial encounter for open fracture NOS"]
    choices = {c.character: c for c in Card(graph["S52.501"]).seventh_choices}
    assert choices["B"].meaning.endswith("; initial encounter for open fracture NOS")


def test_table_of_visual_impairment_is_kept(graph):
    assert "Light perception" in card_text.text(graph["H54.8"])


def test_links_to_who_are_those_that_can_exist(graph):
    pages = {"M54.50": "M54.5", "S06.0X1A": "S06.0", "M54": "M54"}
    for key in (*pages, "E11.A", "C4A.0", "W03.XXXA", "M50-M54", "M00-M99"):
        urls = [link.url for link in links(graph[key])]
        assert any("cms.gov" in url for url in urls)
        who = pages.get(key) and f"https://icd.who.int/browse10/2019/en#/{pages[key]}"
        assert [url for url in urls if "who.int" in url] == ([who] if who else [])


def test_every_node_has_a_card(graph):
    for node in list(graph.nodes())[::397]:
        text = card_text.text(node)
        assert text.startswith(node.code)
        assert not any(line != line.rstrip() for line in text.splitlines())
        Card(node).record()
