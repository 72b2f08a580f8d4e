import gzip
import io
import lzma
import zipfile
from hashlib import sha256

import pytest

from icdgraph import DamagedRelease
from icdgraph.release import archive, source

CONTENT = b"<a>" + b"x" * 4_000 + b"</a>"


def _zip(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # A date of its own: the bytes are ids of tests, the same for every worker.
            member = zipfile.ZipInfo(name.replace("__", "."), (2026, 4, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return buffer.getvalue()


def test_the_bundled_release_is_a_file_of_the_package():
    path = source.locate()
    assert path.suffix == ".xml"
    assert path.parent.name == "data"
    assert b"<version>2026</version>" in path.read_bytes()[:300]


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(source, "PACKAGE", "no_such_package")
    with pytest.raises(DamagedRelease, match=r"install .*simple-icd-10-cm==1\.5\.0"):
        source.locate()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DamagedRelease, match=r"none\.xml' does not exist.*'bundled'"):
        source.locate(tmp_path / "none.xml")
    with pytest.raises(DamagedRelease, match=r"is a directory.*'bundled'"):
        source.locate(str(tmp_path))
    with pytest.raises(DamagedRelease, match=r"cannot be read: .*you may read"):
        source.read_raw(tmp_path)


def test_a_home_folder_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.xml").write_bytes(CONTENT)
    assert source.locate("~/a.xml") == tmp_path / "a.xml"


@pytest.mark.parametrize(
    "raw",
    [
        CONTENT,
        gzip.compress(CONTENT, mtime=0),
        lzma.compress(CONTENT),
        _zip(a__xml=CONTENT),
        _zip(a__XML=CONTENT, readme__txt=b"r", a__pdf=b"p"),
        _zip(icd10cm_tabular_2026__xml=CONTENT, icd10cm_index_2026__xml=b"<b/>"),
    ],
    ids=["plain", "gz", "xz", "zip", "zip with others", "zip of NCHS"],
)
def test_all_wrappings_hold_the_same(tmp_path, raw):
    # By content, not by name: a download may be called anything.
    path = tmp_path / "download"
    path.write_bytes(raw)
    assert source.read(path) == CONTENT


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (gzip.compress(CONTENT, mtime=0)[:40], "cannot be unpacked: it ends before"),
        (gzip.compress(CONTENT, mtime=0)[:-8] + b"\0" * 8, "cannot be unpacked"),
        (b"\x1f\x8b", "cannot be unpacked"),
        (lzma.compress(CONTENT)[:60], "cannot be unpacked: it ends before"),
        (lzma.compress(CONTENT)[:-1], "cannot be unpacked"),
        (b"\xfd7zXZ", "cannot be unpacked"),
        (_zip(a__xml=CONTENT)[:60], "cannot be unpacked"),
        (b"PK", "cannot be unpacked"),
        (b"PK\x03\x04 and no more", "cannot be unpacked"),
        (_zip(a__txt=CONTENT), "it holds 0 files *.xml, not one"),
        (_zip(a__xml=CONTENT, b__xml=CONTENT), "it holds 2 files *.xml, not one"),
        (_zip(), "it holds 0 files"),
    ],
    ids=[
        "gz cut in its content",
        "gz with another checksum",
        "gz of two bytes",
        "xz cut in its content",
        "xz without its last byte",
        "xz of six bytes",
        "zip cut",
        "zip of two bytes",
        "zip of no members",
        "zip without XML",
        "zip of two XML",
        "zip of nothing",
    ],
)
def test_a_damaged_archive_is_refused(refused, raw, what):
    with refused("a.bin", 1, what, "*.xml file"):
        archive.unpack(raw, "a.bin")


def test_damage_inside_a_zip_is_refused(refused):
    raw = bytearray(_zip(a__xml=bytes(range(256)) * 20))
    raw[60] ^= 0xFF
    with refused("a.zip", 1, "CRC-32", "*.xml file"):
        archive.unpack(bytes(raw), "a.zip")


@pytest.mark.parametrize(
    "raw",
    [gzip.compress(CONTENT, mtime=0), lzma.compress(CONTENT), _zip(a__xml=CONTENT)],
    ids=["gz", "xz", "zip"],
)
def test_what_unpacks_too_large_is_refused(refused, monkeypatch, raw):
    monkeypatch.setattr(archive, "LARGEST", len(CONTENT) - 1)
    with refused("a.bin", 1, f"unpacks to more than {len(CONTENT) - 1:,} bytes"):
        archive.unpack(raw, "a.bin")
    monkeypatch.setattr(archive, "LARGEST", len(CONTENT))
    assert archive.unpack(raw, "a.bin") == CONTENT


def test_the_suffix_chooses_within_a_zip():
    raw = _zip(icd10cm_order_2026__txt=b"o", a__xml=CONTENT)
    assert archive.unpack(raw, "a.zip", ".txt") == b"o"
    assert archive.unpack(raw, "a.zip") == CONTENT


def test_the_digest_is_sha_256():
    assert source.digest(CONTENT) == sha256(CONTENT).hexdigest()
