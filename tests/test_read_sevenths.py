import xml.etree.ElementTree as ET

import pytest

from icdgraph.model import Entry, Kind, NoteKind, PrintedNote, Seventh
from icdgraph.read import sevenths
from icdgraph.release import source

A, D = Seventh("A", "initial encounter"), Seventh("D", "subsequent encounter")


def _entry(code, parent, *given, note=""):
    notes = (PrintedNote(NoteKind.NOTES, 1, None, note, 1),) if note else ()
    kind = Kind.CATEGORY if len(code) == 3 else Kind.CODE
    return Entry(kind, code, f"T {code}", parent, 1, notes, given)


def _codes(*entries, listed=None):
    exceptions = list(sevenths.read_exceptions(entries))
    return sevenths.expand(entries, exceptions, listed).codes


@pytest.mark.parametrize(
    ("leaf", "character", "code"),
    [
        ("S00.01", "A", "S00.01XA"),
        ("T36.0X1", "D", "T36.0X1D"),
        ("W08", "D", "W08.XXXD"),
        ("O31.1", "1", "O31.1XX1"),
        ("S52.501", "M", "S52.501M"),
    ],
)
def test_placeholders_fill_up_to_the_seventh_place(leaf, character, code):
    assert sevenths.make_code(leaf, character) == code


def test_only_leaves_are_expanded_and_their_codes_follow_them():
    entries = [_entry("S00", None, A, D), _entry("S00.0", 0), _entry("S00.1", 0)]
    assert _codes(*entries) == [
        "S00", "S00.0", "S00.0XXA", "S00.0XXD", "S00.1", "S00.1XXA", "S00.1XXD",
    ]  # fmt: skip
    expansion = sevenths.expand(entries)
    made = [
        (expansion.parents[n], expansion.titles[n], seventh)
        for n, seventh in expansion.made_by.items()
    ]
    assert made[0] == (1, "T S00.0, initial encounter", A)
    assert [parent for parent, *_ in made] == [1, 1, 4, 4]
    assert expansion.parents[4] == 0


def test_the_nearest_definition_upward_wins():
    entries = [
        _entry("S00", None, A, D),
        _entry("S00.0", 0, Seventh("S", "sequela")),
        _entry("S00.00", 1),
        _entry("S00.1", 0),
    ]
    assert _codes(*entries) == [
        "S00", "S00.0", "S00.00", "S00.00XS", "S00.1", "S00.1XXA", "S00.1XXD",
    ]  # fmt: skip


def test_a_code_of_seven_characters_takes_no_more():
    entries = [_entry("S00", None, A), _entry("S00.0XXA", 0)]
    assert _codes(*entries) == ["S00", "S00.0XXA"]


@pytest.mark.parametrize(
    ("text", "owner", "characters", "place", "values"),
    [
        (
            "7th characters D and S do not apply to codes in category S06 with 6th "
            "character 7 - death due to brain injury, or 8 - death due to other cause",
            "S06", ("D", "S"), 6, ("7", "8"),
        ),
        (
            "7th characters D, E and S do not apply to codes in subcategory S06.1 with "
            "6th character 7 - a thing, or 8 - another",
            "S06.1", ("D", "E", "S"), 6, ("7", "8"),
        ),
        (
            "7th character S does not apply to codes in category S06 with 5th "
            "character 1",
            "S06", ("S",), 5, ("1",),
        ),
    ],
)  # fmt: skip
def test_exceptions_in_prose_are_read(text, owner, characters, place, values):
    (found,) = sevenths.read_exceptions([_entry("S06", None, note=text)])
    assert (found.owner, found.characters, found.place) == (owner, characters, place)
    assert found.values == values
    assert found.text == text
    assert found.removed == ()


def test_an_exception_keeps_codes_out_and_lists_them():
    note = "7th characters D do not apply to codes in category S06 with 6th character 7"
    entries = [_entry("S06", None, A, D, note=note), _entry("S06.1X7", 0)]
    entries.append(_entry("S06.1X6", 0))
    assert _codes(*entries)[1:] == [
        "S06.1X7", "S06.1X7A", "S06.1X6", "S06.1X6A", "S06.1X6D",
    ]  # fmt: skip
    exceptions = list(sevenths.read_exceptions(entries))
    (applied,) = sevenths.expand(entries, exceptions).exceptions
    assert applied.removed == ("S06.1X7D",)


def test_an_order_file_knows_better_than_prose_and_is_reported():
    note = "7th characters D do not apply to codes in category S06 with 6th character 7"
    entries = [_entry("S06", None, A, D, note=note), _entry("S06.1X7", 0)]
    assert _codes(*entries, listed={"S06.1X7D"})[1:] == ["S06.1X7", "S06.1X7D"]
    exceptions = list(sevenths.read_exceptions(entries))
    found = sevenths.expand(entries, exceptions, {"S06.1X7D"}).problems
    assert [(p.where, p.message) for p in found] == [
        ("S06.1X7A", "the order file lacks it, and the notes do not remove it"),
        ("S06.1X7D", "the order file lists it, and the notes remove it"),
    ]


def test_remarks_stand_with_their_character(graph):
    found = {s.character: s for s in graph["S52.501"].seventh_characters}
    assert list(found) == [*"ABCDEFGHJKMNPQRS"]
    assert found["A"].meaning == "initial encounter for closed fracture"
    assert found["B"].remarks == ("\tinitial encounter for open fracture NOS",)
    assert found["A"].remarks == ()


def test_codes_made_are_those_of_a_plain_walk_over_the_file(graph):
    expected = {
        code: title
        for code, title in _made(ET.parse(source.locate()).getroot(), [])
        if not (code.startswith("S06") and code[6] in "78" and code[-1] in "DS")
    }
    made = {node.code: node.title for node in graph.nodes() if node.made_by}
    assert made == expected
    assert len(made) == 51_305


def _made(element, above):
    definition = element.find("sevenChrDef")
    if definition is not None:
        above = [
            (e.get("char", ""), e.text or "") for e in definition.iter("extension")
        ]
    within = [c for c in element if c.tag in ("chapter", "section", "diag")]
    for child in within:
        yield from _made(child, above)
    if element.tag == "diag" and not within:
        name = element.findtext("name", "")
        for character, meaning in above:
            packed = name.replace(".", "") + "XXXX"
            code = f"{packed[:3]}.{packed[3:6]}{character}"
            yield code, f"{element.findtext('desc', '').strip()}, {meaning.strip()}"


def test_a_made_code_stands_below_what_it_is_made_of(graph):
    node = graph["S00.01XA"]
    assert (node.made_by, node.is_billable, node.kind) == ("A", True, Kind.CODE)
    assert (node.parent.code, node.parent.is_billable) == ("S00.01", False)
    assert node.line == node.parent.line
    assert node.title == "Abrasion of scalp, initial encounter"
    assert graph["M54.50"].made_by is None


@pytest.mark.parametrize(
    ("year", "removed"), [("2026", 76), ("2025", 76), ("2021", 72), ("2017", None)]
)
def test_the_note_at_s06_removes_codes(release, year, removed):
    graph = release(year).core
    counts = [(e.owner, len(e.removed)) for e in graph.seventh_exceptions]
    assert counts == ([("S06", removed)] if removed else [])
    assert ("S06.1X7D" in graph) is (removed is None)
    assert "S06.1X7A" in graph
