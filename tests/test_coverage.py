"""What an audit counts, and how it tells an order file's differences."""

import lzma

import pytest

from icdgraph import coverage as view
from icdgraph.coverage import audit
from icdgraph.errors import DamagedRelease


@pytest.fixture(scope="module")
def report(graph):
    return audit(graph)


def test_counts_of_april_2026(report):
    assert report["nodes"] == {
        "total": 98_505,
        "chapter": 22,
        "section": 297,
        "category": 1_918,
        "subcategory": 8_898,
        "code": 87_370,
        "printed_codes": 46_881,
        "made_by_7th_character": 51_305,
        "billable": 74_719,
        "headers": 23_467,
        "levels": 9,
    }


def test_every_note_is_counted_once(graph, report):
    total = sum(sum(states.values()) for states in report["notes"].values())
    assert total == len(graph.tables.note_texts) == 25_162
    assert sum(report["states"].values()) == 10_876
    assert report["states"]["qualified"] <= 5


def test_two_references_point_nowhere(report):
    dangling = [(d["note"]["owner"], d["reference"]) for d in report["dangling"]]
    assert dangling == [("F02", "G31.90"), ("R10.85", "R10.1-R10.4")]


def test_exception_at_s06_is_told(report):
    (exception,) = report["seventh_character_exceptions"]
    assert (exception["owner"], len(exception["removed"])) == ("S06", 76)


def test_against_its_order_file_nothing_differs(graph, data_file):
    order = audit(graph, data_file("icd10cm_order_2026.txt.xz"))["order"]
    assert order["codes"] == 98_186
    assert [order[what] for what in ("missing", "extra", "flag", "title")] == [[]] * 4
    assert "151 with a title that differs by its diacritics" in view.text(
        audit(graph, data_file("icd10cm_order_2026.txt.xz"))
    )


def test_differences_are_told_one_by_one(graph, data_file, tmp_path):
    packed = data_file("icd10cm_order_2026.txt.xz").read_bytes()
    lines = lzma.decompress(packed).decode().splitlines()
    lines[0] = lines[0][:14] + "1" + lines[0][15:]  # A00 is a header
    del lines[1]  # A00.0
    lines.append(lines[0].replace("A00 ", "A999"))
    path = tmp_path / "order.txt"
    path.write_text("\r\n".join(lines), "utf-8")
    order = audit(graph, path)["order"]
    assert [d["code"] for d in order["extra"]] == ["A00.0"]
    assert [d["code"] for d in order["missing"]] == ["A99.9"]
    assert order["flag"] == [
        {"code": "A00", "release": "header", "order_file": "billable"}
    ]


def test_unreadable_order_file_is_one_sentence(graph, tmp_path):
    path = tmp_path / "order.txt"
    path.write_text("not an order file\n")
    with pytest.raises(DamagedRelease, match=r"order\.txt, line 1"):
        audit(graph, path)
