import lzma
from collections import Counter

import pytest

from icdgraph.model import Kind
from icdgraph.read import orderfile
from icdgraph.read.orderfile import Difference, compare, read


def _line(order, code, flag, short, long):
    return f"{order:05} {code:<7} {flag} {short:<60} {long}"


LINES = [
    _line(1, "A00", 0, "Cholera", "Cholera"),
    _line(2, "A000", 1, "Cholera due to V", "Cholera due to Vibrio cholerae"),
    _line(3, "S0001XA", 1, "Abrasion", "Abrasion of scalp, initial encounter"),
]


def test_columns_are_read():
    found = read("\n".join(LINES).encode())
    assert list(found) == ["A00", "A00.0", "S00.01XA"]
    line = found["S00.01XA"]
    assert (line.order, line.billable, line.short_title, line.title) == (
        3, True, "Abrasion", "Abrasion of scalp, initial encounter",
    )  # fmt: skip
    assert not next(iter(found.values())).billable


@pytest.mark.parametrize(
    "data",
    [
        "\r\n".join(LINES).encode(),
        "\n".join(LINES).encode("utf-8-sig"),
        "\n".join([*LINES, "", "  ", ""]).encode(),
    ],
    ids=["windows", "byte order mark", "blank lines"],
)
def test_variants_are_read_alike(data):
    assert read(data) == read("\n".join(LINES).encode())


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"", 1, "is empty"),
        (b"\n\n", 1, "is empty"),
        (f"{LINES[0]}\n{LINES[1]}\n{LINES[0]}".encode(), 3, "code A00 appears twice"),
        (f"{LINES[0]}\nA00 Cholera".encode(), 2, "invalid line 'A00 Cholera'"),
        (LINES[0].replace("0 Chol", "2 Chol").encode(), 1, "invalid line"),
        (LINES[0].replace("00001", "    1").encode(), 1, "invalid line"),
        (LINES[0].replace("A00", "A0 ").encode(), 1, "invalid line"),
        (f"{LINES[0]}\nCaf\xe9".encode("latin-1"), 2, "not text in ASCII"),
        (b"<?xml version='1.0'?>", 1, "invalid line"),
        (LINES[0].encode("utf-16"), 1, "not text"),
    ],
)
def test_a_damaged_order_file_is_refused_with_its_line(refused, data, line, what):
    with refused("o.txt", line, what, "order file"):
        read(data, "o.txt")


def test_each_kind_of_difference_is_reported():
    listed = read("\n".join(LINES).encode())
    ours = {
        "A00": (True, "Cholera"),
        "A00.0": (True, "Cholera due to Vibrio chóleræ"),
        "Z99": (False, "Extra"),
    }
    assert list(compare(ours, listed)) == [
        Difference("flag", "A00", "billable", "header"),
        Difference(
            "title",
            "A00.0",
            "Cholera due to Vibrio chóleræ",
            "Cholera due to Vibrio cholerae",
        ),
        Difference(
            "missing", "S00.01XA", listed="Abrasion of scalp, initial encounter"
        ),
        Difference("extra", "Z99", ours="Extra"),
    ]
    ours = {code: (line.billable, line.title) for code, line in listed.items()}
    assert list(compare(ours, listed)) == []
    ours["A00"] = (False, "Chólera")
    assert [d.what for d in compare(ours, listed)] == ["diacritics"]


def test_diacritics_are_removed():
    assert (
        orderfile.to_ascii("Ménière Sjögren Charcôt ñ") == "Meniere Sjogren Charcot n"
    )


@pytest.mark.parametrize(
    ("year", "billable", "headers", "diacritics"),
    [
        ("2017", 71_486, 22_344, 92),
        ("2021", 72_621, 22_737, 92),
        ("2025", 74_260, 23_324, 109),
        ("2026", 74_719, 23_467, 109),
    ],
)
def test_releases_agree_with_their_order_files(
    data_file, release, year, billable, headers, diacritics
):
    name = f"icd10cm_order_{year}.txt"
    listed = read(lzma.decompress(data_file(f"{name}.xz").read_bytes()), name)
    graph = release(year)
    assert graph.version == year
    nodes = list(graph.nodes(Kind.CATEGORY, Kind.SUBCATEGORY, Kind.CODE))
    ours = {node.code: (node.is_billable, node.title) for node in nodes}
    assert ours.keys() == listed.keys()
    assert {c for c, (flag, _) in ours.items() if flag} == {
        code for code, line in listed.items() if line.billable
    }
    assert Counter(flag for flag, _ in ours.values()) == {
        True: billable,
        False: headers,
    }
    differences = list(compare(dict(ours), listed))
    assert {d.what for d in differences} == {"diacritics"}
    printed = [d for d in differences if graph[d.code].made_by is None]
    assert len(printed) == diacritics
    assert all(line.title.isascii() for line in listed.values())
