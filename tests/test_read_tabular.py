"""The reader of the Tabular List, against the file read in another way."""

import xml.etree.ElementTree as ET

import pytest

from icdgraph.model import LINKING, Kind, NoteKind
from icdgraph.read import tabular
from icdgraph.release import source

BOTH = """B10 B20 B99 C50 C7A C7B D3A D49 D78 E36 E89 F99 H59 H95 J95 L76 M04 M95
M96 M97 M99 N99 O09 P09 P84 QA0 R97 R99 T07 T14 T79 X50 Z16 Z17 Z18 Z19 Z66 Z67 Z68"""
BLOCKS = {
    "excludes1": (2644, 5407, 54),
    "excludes2": (1165, 2520, 16),
    "useAdditionalCode": (844, 1485, 174),
    "codeFirst": (363, 809, 134),
    "codeAlso": (320, 655, 102),
    "includes": (415, 1024, 0),
    "inclusionTerm": (6809, 12574, 0),
    "notes": (86, 180, 0),
    "sevenChrNote": (508, 508, 0),
}
"""Of each kind: blocks (elements), notes, and lines that head a list."""


@pytest.fixture(scope="module")
def root():
    return ET.parse(source.locate()).getroot()


@pytest.fixture(scope="module")
def release_2026():
    return tabular.read(source.read(source.locate()))


# The release of April 2026


def test_counts_of_what_is_printed(release_2026):
    assert release_2026.version == "2026"
    assert sum(entry.kind not in _ABOVE for entry in release_2026.entries) == 46_881
    assert not release_2026.problems


@pytest.mark.parametrize("kind", list(NoteKind))
def test_counts_of_notes(root, graph, kind):
    blocks, notes, headers = BLOCKS[kind]
    assert len(list(root.iter(kind))) == blocks
    found = list(graph.notes(kind))
    assert len(found) == notes
    assert len({(note.owner, note.position) for note in found}) == notes
    if kind in LINKING:
        assert sum(note.text.rstrip().endswith(":") for note in found) == headers


def test_titles_and_parents_are_those_of_the_file(root, release_2026):
    entries = release_2026.entries
    printed = [entry for entry in entries if entry.kind not in _ABOVE]
    expected = [
        (
            diag.findtext("name"),
            diag.findtext("desc", "").strip(),
            above.findtext("name") if above.tag == "diag" else above.get("id"),
        )
        for above in root.iter()
        for diag in above.findall("diag")
    ]
    found = [(e.code, e.title, entries[e.parent or 0].code) for e in printed]
    assert sorted(found) == sorted(expected)
    in_order = [diag.findtext("name") for diag in root.iter("diag")]
    assert [entry.code for entry in printed] == in_order


_ABOVE = (Kind.CHAPTER, Kind.SECTION)


def test_notes_are_verbatim_and_in_order(root, release_2026):
    owners = [*root.iter("chapter"), *root.iter("section"), *root.iter("diag")]
    expected = {
        (owner.tag, owner.get("id") or owner.findtext("name"), kind.value): [
            note.text or "" for block in owner.findall(kind) for note in block
        ]
        for owner in owners
        for kind in NoteKind
        if owner.find(kind) is not None
    }
    found = {}
    for entry in release_2026.entries:
        tag = entry.kind.value if entry.kind in _ABOVE else "diag"
        for note in entry.notes:
            found.setdefault((tag, entry.code, note.kind.value), []).append(note.text)
    assert found == expected


def test_headings_head_the_rest_of_their_block(root, release_2026):
    stating = [kind for kind in NoteKind if kind.relation]
    in_lists = sum(_headed(block) for kind in stating for block in root.iter(kind))
    headed = [n for e in release_2026.entries for n in e.notes if n.heading]
    assert len(headed) == in_lists == 1759
    for entry in release_2026.entries:
        text = {(note.kind, note.position): note.text for note in entry.notes}
        for note in entry.notes:
            if note.heading:
                assert note.heading < note.position
                assert text[note.kind, note.heading].rstrip().endswith(":")


def _headed(block):
    """Count the lines of *block* that follow a header and are none themselves."""
    texts = [(note.text or "").rstrip() for note in block]
    first = next((i for i, text in enumerate(texts) if text.endswith(":")), len(texts))
    return sum(not text.endswith(":") for text in texts[first:])


def test_sections_in_one_another(graph):
    umbrellas = {
        section.code
        for section in graph.nodes(Kind.SECTION)
        if section.children[0].kind == Kind.SECTION
    }
    assert len(umbrellas) == 12
    assert umbrellas == {
        "C00-C96", "C00-C75", "M00-M25", "M40-M54", "M60-M79", "M80-M94", "T07-T88",
        "T20-T32", "V00-X58", "V00-V99", "W00-X58", "Y62-Y84",
    }  # fmt: skip


def test_sections_stand_in_the_narrowest_umbrella(graph):
    umbrellas = [
        section
        for section in graph.nodes(Kind.SECTION)
        if section.children[0].kind == Kind.SECTION
    ]
    for section in graph.nodes(Kind.SECTION):
        low, high = section.code.split("-")
        around = []
        for other in umbrellas:
            first, last = other.code.split("-")
            if first <= low and high <= last and other != section:
                around.append(other)
        expected = min(
            around, key=lambda s: len(s.descendants), default=section.chapter
        )
        assert section.parent == expected, section


def test_section_ids_that_are_categories_too(graph):
    ids = {section.code for section in graph.nodes(Kind.SECTION)}
    both = BOTH.split()
    assert len(both) == 39
    assert {code[:3] for code in ids if code[:3] == code[4:]} == {*both}
    for code in both:
        assert graph[code].kind == Kind.CATEGORY
        section = graph[f"{code}-{code}"]
        assert (section.kind, section.code) == (Kind.SECTION, f"{code}-{code}")
        assert section != graph[code]
        assert graph[code].parent == section


def test_the_table_of_visual_impairment_is_kept(graph):
    grid = graph["H54.8"].grid
    assert [row[0] for row in grid] == [
        "Category of visual impairment", "1", "2", "3", "4", "5", "9",
    ]  # fmt: skip
    assert grid[1] == (
        "1", "6/18", "6/60", "3/10(0.3)", "1/10(0.1)", "20/70", "20/200",
    )  # fmt: skip
    assert [node.code for node in graph.nodes() if node.grid] == ["H54.8"]


def test_the_introduction_is_kept(release_2026):
    assert release_2026.introduction[0] == (
        "ICD-10-CM TABULAR LIST of DISEASES and INJURIES"
    )


# Files that are damaged


def _line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


AGAIN = "<diag><name>B99.8</name><desc>x</desc></diag>"
BACK = "<diag>\n            <name>M54.50</name>"
CHAPTER = "<chapter>\n    <name>13</name>"
SECTION = '<section id="M50-M54">'


def test_a_code_twice_is_refused(toy_text, refused):
    line = _line_of(toy_text, "<name>B99.8</name>")
    damaged = toy_text.replace("</diag>", f"</diag>\n{AGAIN}", 1)
    with refused("x.xml", line + 1, f"B99.8 a second time, after line {line}"):
        tabular.read(damaged.encode(), "x.xml")


def test_a_code_twice_on_one_line_is_refused(toy_text, refused):
    damaged = toy_text.replace("</diag>", f"</diag>{AGAIN}", 1)
    with refused("x.xml", _line_of(toy_text, "<name>B99.8</name>"), "a second time"):
        tabular.read(damaged.encode(), "x.xml")


@pytest.mark.parametrize(
    ("at", "old", "new", "what"),
    [
        (BACK, "<name>M54.50</name>", "", "has a diag without a name"),
        (BACK, "<name>M54.50</name>", "<name> </name>", "has a diag without a name"),
        (BACK, "M54.50", "back", "has 'back' for a code"),
        (BACK, "M54.50", "M54.2", "has code M54.2 a second time, after line"),
        (BACK, "M54.50", "m5 42", "has code M54.2 a second time, after line"),
        (CHAPTER, "<name>13</name>", "", "has a chapter without a name"),
        (CHAPTER, "<name>13</name>", "<name>6</name>", "has chapter 6 a second time"),
        (SECTION, "M50-M54", "M40-M54", "has section M40-M54 a second time"),
        (SECTION, 'id="M50-M54"', 'id=""', "has a section without an id"),
        (SECTION, 'id="M50-M54"', "", "has a section without an id"),
        ("<ICD10CM", "ICD10CM.tabular", "html", "starts with <html>, not ICD10CM.tab"),
        ("<ICD10CM", "chapter>", "part>", "holds no chapter"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(toy_text, refused, at, old, new, what):
    line = _line_of(toy_text, at)
    assert old in toy_text
    with refused("x.xml", line, what):
        tabular.read(toy_text.replace(old, new).encode(), "x.xml")


@pytest.mark.parametrize("part", range(1, 20))
def test_a_file_cut_short_is_refused(toy_text, refused, part):
    cut = toy_text.encode()[: len(toy_text) * part // 20]
    with refused("x.xml", cut.count(b"\n") + 1):
        tabular.read(cut, "x.xml")


@pytest.mark.parametrize(
    "character",
    ["", "AB", "ÿ", "é", " ", "-"],
    ids=["none", "two", "y", "e", "space", "dash"],
)
def test_a_seventh_character_that_is_none_is_refused(
    toy_text, grow, refused, character
):
    damaged = toy_text.replace('char="D"', f'char="{character}"')
    with refused("x.xml", _line_of(toy_text, 'char="D"'), "character"):
        grow(damaged)


def test_a_seventh_character_twice_is_refused(toy_text, grow, refused):
    with refused("x.xml", _line_of(toy_text, 'char="D"'), "character"):
        grow(toy_text.replace('char="D"', 'char="A"'))


# Files that are odd, and read


def test_unknown_elements_are_kept_aside(toy_text, grow):
    odd = (
        toy_text.replace(
            "<name>M54</name>", "<name>M54</name><new>what <b>is</b></new>"
        )
        .replace("<note>Loin pain</note>", "<term>Loin</term><note>Loin pain</note>")
        .replace('<extension char="D">', '<hint>h</hint><extension char="D">')
        .replace("<version>", "<edition>e</edition><version>")
    )
    graph = grow(odd)
    assert [(p.where, p.message, p.text) for p in graph.core.problems] == [
        ("ICD10CM.tabular", "unknown element <edition>", "e"),
        ("M54", "unknown element <new>", "what is"),
        ("M54.50 inclusionTerm", "unknown element <term>", "Loin"),
        ("S39 sevenChrDef", "unknown element <hint>", "h"),
    ]
    assert graph.core.problems[1].line == graph["M54"].line + 1
    assert graph["M54.50"].synonyms == ("Loin pain", "Lumbago NOS")


STRAY = "<diag><name>A00</name><desc>Cholera</desc></diag>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<section id="B99">', f'{STRAY}<section id="B99">'),
        (
            '<section id="M40-M54">',
            f'<section id="M40-M54"><section id="A00-A09">{STRAY}</section>',
        ),
    ],
    ids=["a diag in a chapter", "a section in a section"],
)
def test_a_code_in_another_place_is_not_dropped_in_silence(toy_text, grow, old, new):
    graph = grow(toy_text.replace(old, new))
    assert "A00" in graph or any("Cholera" in p.text for p in graph.core.problems)


def test_an_element_within_a_note_is_not_dropped_in_silence(toy_text, grow):
    graph = grow(toy_text.replace("Lumbago NOS", "Lumbago <i>NOS</i>"))
    kept = "Lumbago NOS" in graph["M54.50"].synonyms
    assert kept or any("NOS" in problem.text for problem in graph.core.problems)


def test_what_lacks_a_title_or_version_is_reported(toy_text, grow):
    odd = toy_text.replace("<desc>Cervicalgia</desc>", "").replace(
        "<version>2026</version>", ""
    )
    graph = grow(odd)
    assert [(p.where, p.message) for p in graph.core.problems] == [
        ("M54.2", "has no title"),
        ("ICD10CM.tabular", "has no version"),
    ]
    assert graph["M54.2"].title == ""
    assert graph.version == ""


def test_an_index_of_sections_that_names_another_is_reported(toy_text, grow):
    graph = grow(toy_text.replace('last="B99" id="B99"', 'last="B99" id="B98"'))
    (problem,) = graph.core.problems
    assert (problem.where, problem.text) == ("sectionIndex of 1", "B98")


def _variants():
    yield "windows line ends", lambda text: text.replace("\n", "\r\n").encode()
    yield "byte order mark", lambda text: text.encode("utf-8-sig")
    yield "utf-16", lambda text: text.replace("utf-8", "utf-16", 1).encode("utf-16")
    yield "without its first line", lambda text: text.split("\n", 1)[1].encode()
    yield "one line", lambda text: text.replace("\n", " ").encode()
    yield "comments", lambda text: text.replace("<note>", "<!-- c --><note>").encode()


@pytest.mark.parametrize("vary", [v for _, v in _variants()], ids=dict(_variants()))
def test_variants_of_a_file_are_read_alike(toy_text, vary):
    plain = tabular.read(toy_text.encode())
    varied = tabular.read(vary(toy_text))
    assert [(e.code, e.title, e.parent) for e in varied.entries] == [
        (e.code, e.title, e.parent) for e in plain.entries
    ]
    assert [[n.text for n in e.notes] for e in varied.entries] == [
        [n.text for n in e.notes] for e in plain.entries
    ]
    assert varied.problems == plain.problems
