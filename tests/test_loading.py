import gc
import gzip
import logging
from dataclasses import replace
from importlib import import_module

import pytest

import icdgraph
from icdgraph import DamagedRelease, toy
from icdgraph.graph.columns import Columns
from icdgraph.read import tabular
from icdgraph.release import cache, source


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Give each test a cache of its own."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def release(tmp_path):
    path = tmp_path / "toy.xml"
    path.write_bytes(toy.PATH.read_bytes())
    return path


@pytest.fixture
def parsed(monkeypatch):
    """Return the list of files parsed from now on."""
    names = []
    real = tabular.read

    def read(data, name):
        names.append(name)
        return real(data, name)

    monkeypatch.setattr(tabular, "read", read)
    return names


def _columns(graph):
    return graph.core._columns.pack()


def test_a_release_is_parsed_once(release, parsed):
    first = icdgraph.load(release)
    second = icdgraph.load(str(release))
    assert parsed == ["toy.xml"]
    assert _columns(first) == _columns(second)
    assert first.core._columns == second.core._columns
    assert first is not second


def test_the_cached_graph_of_the_bundled_release_is_the_same(graph, folder):
    packed = graph.core._columns.pack()
    again = Columns.unpack(packed)
    ours = graph.core._columns
    # Exceptions that were just parsed have tuples where the cache has lists.
    assert replace(again, exceptions=ours.exceptions) == ours
    assert again.pack() == packed
    cut = packed[: len(packed) // 2]
    with pytest.raises(ValueError):  # noqa: PT011
        Columns.unpack(cut)


@pytest.mark.parametrize(
    "damage", ["cut", "changed", "empty", "other columns", "words"]
)
def test_a_damaged_cache_is_built_anew(release, folder, parsed, damage):
    whole = icdgraph.load(release)
    (kept,) = folder.iterdir()
    content = kept.read_bytes()
    if damage == "other columns":
        cache.write(kept.name, b"\x81\xa1a\x01")
    elif damage == "words":
        cache.write(kept.name, b"not columns at all")
    else:
        changed = bytes([*content[:99], content[99] ^ 1, *content[100:]])
        damaged = {"cut": content[:99], "changed": changed, "empty": b""}
        kept.write_bytes(damaged[damage])
    assert _columns(icdgraph.load(release)) == _columns(whole)
    assert parsed == ["toy.xml"] * 2
    assert kept.read_bytes() == content


def test_another_format_is_not_read(release, folder, parsed, monkeypatch):
    icdgraph.load(release)
    monkeypatch.setattr(import_module("icdgraph.loading"), "LAYOUT", "0-other4")
    icdgraph.load(release)
    assert parsed == ["toy.xml"] * 2
    assert len(list(folder.iterdir())) == 2


def test_the_key_is_the_content(release, folder, parsed, tmp_path):
    icdgraph.load(release)
    (tmp_path / "copy.xml").write_bytes(release.read_bytes())
    icdgraph.load(tmp_path / "copy.xml")
    assert parsed == ["toy.xml"]
    release.write_text(release.read_text("utf-8").replace("Loin pain", "Loin ache"))
    assert "Loin ache" in icdgraph.load(release)["M54.50"].synonyms
    assert parsed == ["toy.xml"] * 2
    assert len(list(folder.iterdir())) == 2


def test_a_cache_that_cannot_be_written_costs_a_warning(
    release, tmp_path, monkeypatch, caplog
):
    monkeypatch.setenv(cache.VARIABLE, str(release / "cache"))
    with caplog.at_level(logging.WARNING, "icdgraph"):
        graph = icdgraph.load(release)
    assert graph["M54.50"].title == "Low back pain, unspecified"
    (message,) = caplog.messages
    assert message.startswith("the release is not kept")


def test_a_packed_release_gives_the_same_graph(release, tmp_path):
    plain = icdgraph.load(release)
    (tmp_path / "toy.xml.gz").write_bytes(gzip.compress(release.read_bytes()))
    packed = icdgraph.load(tmp_path / "toy.xml.gz")
    assert list(packed) == list(plain)
    assert list(map(repr, packed.notes())) == list(map(repr, plain.notes()))
    assert packed.edition.digest == plain.edition.digest


def _order_file(*codes):
    lines = (f"{n:05} {code:<7} 1 {code:<60} {code}" for n, code in enumerate(codes, 1))
    return "\n".join(lines)


def test_an_order_file_decides_codes(release, folder, parsed, tmp_path):
    order = tmp_path / "order.txt"
    order.write_text(_order_file("S39012A", "S39012S"))
    alone = icdgraph.load(release)
    decided = icdgraph.load(release, order=order)
    assert [n.made_by for n in alone["S39.012"].children] == [*"ADS"]
    assert [n.made_by for n in decided["S39.012"].children] == [*"AS"]
    assert [n.made_by for n in icdgraph.load(release)["S39.012"].children] == [*"ADS"]
    order.write_text(_order_file("S39012D"))
    (tmp_path / "order.gz").write_bytes(gzip.compress(order.read_bytes()))
    decided = icdgraph.load(release, order=tmp_path / "order.gz")
    assert [n.made_by for n in decided["S39.012"].children] == ["D"]
    assert len(parsed) == 3


def test_a_damaged_order_file_is_refused(release, tmp_path):
    order = tmp_path / "order.txt"
    order.write_text("nonsense")
    with pytest.raises(DamagedRelease, match=r"^order\.txt, line 1: .*'nonsense'"):
        icdgraph.load(release, order=order)
    with pytest.raises(DamagedRelease, match="does not exist"):
        icdgraph.load(release, order=tmp_path / "none.txt")


def test_garbage_collection_is_left_alone(release, monkeypatch):
    for name in ("disable", "freeze"):
        monkeypatch.setattr(
            gc, name, lambda: pytest.fail("it is for the whole process")
        )
    icdgraph.load(release)


def test_nothing_damaged_is_cached(tmp_path, folder):
    (tmp_path / "bad.xml").write_text("<a/>")
    with pytest.raises(DamagedRelease, match=r"^bad\.xml, line 1: starts with <a>"):
        icdgraph.load(tmp_path / "bad.xml")
    assert not folder.exists()


def test_an_order_file_agrees_with_the_exceptions_in_prose(graph, data_file):
    listed = icdgraph.load(order=data_file("icd10cm_order_2026.txt.xz"))
    assert list(listed) == list(graph)
    assert source.digest(source.locate().read_bytes()) == graph.edition.digest
