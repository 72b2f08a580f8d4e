"""What is counted of a release, and how it differs from an order file."""

import lzma
from collections import Counter

import pytest

from icdgraph.errors import DamagedRelease


@pytest.fixture(scope="module")
def report(graph):
    return graph.coverage().record()


def test_counts_are_those_of_the_graph(graph, report):
    """`test_graph` compares the graph with the official files."""
    nodes, core = report["nodes"], graph.core
    kinds = {
        str(kind): count
        for kind, count in Counter(map(core.kind_of, core.numbers())).items()
    }
    made = sum(node.made_by is not None for node in graph.nodes())
    assert nodes == kinds | {
        "total": core.node_count,
        "printed_codes": len(graph) - made,
        "made_by_7th_character": made,
        "billable": len(core.leaves),
        "headers": len(graph) - len(core.leaves),
        "levels": max(node.level for node in graph.nodes()),
    }


def test_every_note_is_counted_once(graph, report):
    counts = {kind: sum(states.values()) for kind, states in report["notes"].items()}
    assert sum(counts.values()) == graph.core.note_count
    assert counts == Counter(str(note.kind) for note in graph.notes())
    assert sum(report["states"].values()) == 10_876


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
