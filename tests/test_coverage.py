"""What is counted of a release, and how it differs from an order file."""

import lzma

import pytest

from icdgraph.errors import DamagedRelease


@pytest.fixture(scope="module")
def report(graph):
    return graph.coverage().record()


def test_counts_are_those_of_the_official_files(report):
    # Counted in the XML and in the order file of April 2026.
    nodes = report["nodes"]
    assert nodes["category"] + nodes["subcategory"] + nodes["code"] == 98_186
    assert {k: v for k, v in nodes.items() if k not in ("subcategory", "code")} == {
        "total": 98_505,
        "chapter": 22,
        "section": 297,
        "category": 1_918,
        "printed_codes": 46_881,
        "made_by_7th_character": 51_305,
        "billable": 74_719,
        "headers": 23_467,
        "levels": 9,
    }


def test_every_note_is_counted_once(graph, report):
    counts = {kind: sum(states.values()) for kind, states in report["notes"].items()}
    assert sum(counts.values()) == graph.core.note_count
    # Counted as elements of the XML of April 2026.
    assert counts == {
        "excludes1": 5_407,
        "excludes2": 2_520,
        "useAdditionalCode": 1_485,
        "codeFirst": 809,
        "codeAlso": 655,
        "includes": 1_024,
        "inclusionTerm": 12_574,
        "notes": 180,
        "sevenChrNote": 508,
    }
    assert sum(report["states"].values()) == 10_876


def test_two_references_name_codes_that_do_not_exist(report):
    dangling = [(d["note"]["owner"], d["reference"]) for d in report["dangling"]]
    assert dangling == [("F02", "G31.90"), ("R10.85", "R10.1-R10.4")]


def test_exception_at_s06_is_listed(report):
    (exception,) = report["seventh_character_exceptions"]
    assert (exception["owner"], len(exception["removed"])) == ("S06", 76)


def test_the_release_agrees_with_its_order_file(graph, data_file):
    covered = graph.coverage(data_file("icd10cm_order_2026.txt.xz"))
    order = covered.record()["order"]
    assert order["codes"] == 98_186
    assert [order[kind] for kind in ("missing", "extra", "flag", "title")] == [[]] * 4
    count = len(order["diacritics"])
    assert count > 0
    assert f"{count} with titles that differ in diacritics only" in str(covered)


def test_differences_are_listed_one_by_one(graph, data_file, tmp_path):
    packed = data_file("icd10cm_order_2026.txt.xz").read_bytes()
    lines = lzma.decompress(packed).decode().splitlines()
    lines[0] = lines[0][:14] + "1" + lines[0][15:]  # A00 is a header
    del lines[1]  # A00.0
    lines.append(lines[0].replace("A00 ", "A999"))
    path = tmp_path / "order.txt"
    path.write_text("\r\n".join(lines), "utf-8")
    covered = graph.coverage(path)
    order = covered.record()["order"]
    assert [d["code"] for d in order["extra"]] == ["A00.0"]
    assert [d["code"] for d in order["missing"]] == ["A99.9"]
    assert order["flag"] == [
        {"code": "A00", "release": "header", "order_file": "billable"}
    ]
    assert {"A99.9: - | Cholera", "A00: header | billable"} <= {
        line.strip() for line in covered.lines()
    }


def test_unreadable_order_file_is_refused(graph, tmp_path):
    path = tmp_path / "order.txt"
    path.write_text("not an order file\n")
    with pytest.raises(DamagedRelease, match=r"order\.txt, line 1"):
        graph.coverage(path)


def test_a_notebook_shows_it_escaped(grow, toy_text):
    covered = grow(toy_text.replace("(R52)", "&lt;b&gt;(R52)")).coverage()
    assert "<b>" not in covered._repr_html_()
    assert "&lt;b&gt;(R52)" in covered._repr_html_()
