"""What the table says of the Guidelines, held against their text."""

import lzma
import re

import pyarrow as pa
import pytest

from icdgraph.check import checker_of, indexing, rules
from icdgraph.check import guidelines as guidelines_module
from icdgraph.check.guidelines import days, entries, tops
from icdgraph.errors import ParseError
from icdgraph.toy import toy

LABELS = [r"Section {}\. ", *[r"{}\. "] * 3, r"{}\) ", r"\({}\) ?"]
"""How the heading of each level of a section's number is printed."""
ANY = ["[IV]+", "[A-Z]", r"\d+", "[a-z]", r"\d+", "[a-z]"]
NEXT = [label.format(part) for label, part in zip(LABELS, ANY, strict=True)]
"""How any heading of that level is printed."""
PAGE = r"ICD-10-CM Official Guidelines.*\nFY 2026.*\nPage .*\n"


@pytest.fixture(scope="module")
def guidelines(data_file):
    text = lzma.decompress(data_file("official_guidelines_2026.txt.xz").read_bytes())
    body = re.sub(PAGE, "", text.decode())
    # The first heading of that name stands in the table of contents.
    return body[body.rindex("Section I. Conv") :]


def section(body, number):
    """Return the text of the section *number*, such as I.C.20.a.6."""
    text = body
    for level, part in enumerate(number.split(".")):
        heading = re.compile("^" + LABELS[level].format(part), re.MULTILINE)
        begin = heading.search(text)
        assert begin, f"no heading {part!r} of {number}"
        rest = text[begin.end() :]
        following = [
            found
            for found in re.finditer("^" + NEXT[level], rest, re.MULTILINE)
            if follows(part, found[0])
        ]
        text = text[begin.start() : begin.end()]
        text += rest[: following[0].start()] if following else rest
    return text


def follows(part, label):
    """Say whether *label* is the heading after that of *part* on one level."""
    bare = re.sub(r"Section |[^0-9A-Za-z]", "", label)
    if part.isdigit() or bare.isdigit():
        return part.isdigit() and bare.isdigit() and int(bare) == int(part) + 1
    romans = ["I", "II", "III", "IV"]
    if label.startswith("Section"):
        return part in romans[:-1] and bare == romans[romans.index(part) + 1]
    return len(bare) == 1 and ord(bare) == ord(part) + 1


def flat(text):
    return " ".join(text.split()).replace("- ", "-")


@pytest.mark.parametrize("entry", entries(), ids=lambda e: f"{e.section} {e.codes}")
def test_entry_is_in_its_section(guidelines, graph, entry):
    if entry.printed:
        node = graph[entry.printed]
        texts = [node.title, *(note.text for note in node.notes)]
        assert any(entry.phrase in flat(text) for text in texts)
        return
    text = flat(section(guidelines, entry.section))
    assert flat(entry.phrase) in text


@pytest.mark.parametrize("rule", rules().values(), ids=lambda r: r.id)
def test_rule_is_in_its_section(guidelines, rule):
    assert flat(rule.phrase) in flat(section(guidelines, rule.section))


def test_principal_only_codes_are_those_of_the_section(guidelines, graph):
    text = section(guidelines, "I.C.21.c.15")
    printed = set(re.findall(r"^(Z[0-9A-Z]{2}(?:\.[0-9A-Z]+)?)-? ", text, re.MULTILINE))
    ours = {
        code.strip()
        for entry in entries()
        if entry.rule == "E405"
        for code in entry.codes.split(",")
    } - {"O80"}
    assert ours == printed
    taken_out = ", ".join(e.taken_out for e in entries() if e.rule == "E405")
    assert set(taken_out.split(", ")) - {""} == {"Z00.6", "Z52.9"}
    assert re.findall(r"Except: (Z[0-9.]+)", text) == ["Z00.6", "Z52.9"]


@pytest.mark.parametrize("entry", entries(), ids=lambda e: f"{e.section} {e.codes}")
def test_entry_names_codes_of_the_release(graph, entry):
    named = (entry.codes, entry.taken_out, entry.others, entry.others_taken_out)
    for codes in (*named, entry.any_of, entry.silent_with):
        for item in filter(None, codes.split(", ")):
            assert tops(graph.core, item), item
    for code in filter(None, entry.instead.split(", ")):
        assert graph[code].is_billable, code
    assert entry.rule in rules()
    assert entry.low < entry.high
    assert not entry.statement.endswith((".", ";"))
    assert entry.unless or entry.rule not in {"W206", "W411"}


def test_entries_of_one_code_do_not_hide_each_other(graph):
    """The first entry of a rule decides about a code: a later one must be wider."""
    columns = checker_of(graph.core).index.columns
    for number, entry in enumerate(entries(), 1):
        column = columns.get(entry.rule)
        if column is not None:
            assert number in set(column), entry


ENTRIES = """
[[entry]]
rule = "W206"
codes = "M54.5"
others = "G89.4"
silent_with = "B99.9"
instead = "M54.59"
unless = "the pain is elsewhere"
[[entry]]
rule = "E411"
codes = "M51.26"
any_of = "M54.41"
place = "before"
[[entry]]
rule = "W411"
codes = "G89.4"
any_of = "B99.9, M54.5"
only_first = true
unless = "it is not chronic"
[[entry]]
rule = "E605"
codes = "B99.9"
sex = "F"
[[entry]]
rule = "E403"
codes = "F45.41"
silent_with = "B99.9"
"""


@pytest.fixture
def stated(monkeypatch, grow, toy_text):
    """Return the toy with the statements of `ENTRIES` alone."""
    more = 'section = "I.C"\nphrase = "x"\nstatement = "this is stated"\n'
    text = ENTRIES.replace("[[entry]]\n", f"[[entry]]\n{more}")
    for module in (guidelines_module, indexing):
        monkeypatch.setattr(module, "texts", lambda: [text])
    entries.cache_clear()
    yield grow(toy_text)
    entries.cache_clear()


@pytest.mark.parametrize(
    ("codes", "sex", "found"),
    [
        ("M54.50 G89.4", None, ["W206"]),
        ("G89.4 M54.50", None, ["W206"]),
        ("M54.50 G89.4 B99.9", None, []),
        ("M54.41 M51.26", None, []),
        ("M51.26 M54.41", None, ["E411"]),
        ("M54.2 M51.26", None, ["E411"]),
        ("G89.4", None, ["W411"]),
        ("G89.4 B99.9", None, []),
        ("M54.2 G89.4", None, []),
        ("B99.9", "M", ["E605"]),
        ("B99.9", "F", []),
        ("F45.41", None, ["E403"]),
        ("F45.41 B99.9", None, []),
    ],
)
def test_what_an_entry_states(stated, codes, sex, found):
    names = ["W206", "E411", "W411", "E605", "E403"]
    findings = stated.check(codes.split(), sex=sex, rules=names)
    assert [finding.rule for finding in findings] == found
    assert all("this is stated" in finding.message for finding in findings)
    if found == ["W206"]:
        assert ", unless the pain is elsewhere" in findings[0].message
        assert findings[0].proposals == ("M54.59",)
        assert findings[0].resolves.startswith("report M54.59 instead of ")
    table = pa.table({"id": [1] * len(codes.split()), "dx": codes.split()})
    rows = stated.check_table(table, encounter="id", code="dx", rules=names, sex=sex)
    assert rows.findings["rule"].to_pylist() == found


def test_intent_is_read_past_the_placeholder(graph):
    named = {graph.core.codes[n] for n in tops(graph.core, "T36-T50 with intent 6")}
    assert {"T36.0X6A", "T50.A16A"} <= named
    assert not {"T36.0X5A", "T50.A15A", "T36.0X1A"} & named


@pytest.mark.parametrize("age", ["", "x", "-1", "8 days", "1/2", "٣x"])
def test_an_invalid_age_is_refused(age):
    with pytest.raises(ParseError, match="invalid age"):
        days(age)


def test_codes_that_a_release_lacks_are_ignored():
    assert tops(toy().core, "Z99.12, V00-Y99, M54") == [toy()["M54"].number]
