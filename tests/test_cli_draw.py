"""``icdgraph draw`` and ``icdgraph overview``."""

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_picture_has_the_name_of_its_codes(run, tmp_path):
    code, out, err = run("draw", "m5450", "F45.41")
    assert (code, out) == (0, "")
    assert "wrote M54.50_F45.41.html" in err
    assert "M54.50 and F45.41" in (tmp_path / "M54.50_F45.41.html").read_text("utf-8")


def test_options_reach_the_picture(run, tmp_path):
    run(
        *("draw", "M54", "--relations", "Parent, excludes1", "--no-inherited"),
        *("--depth", "2", "--layout", "radial", "-o", "x.svg"),
    )
    text = (tmp_path / "x.svg").read_text("utf-8")
    assert "Other low back pain" in text
    assert "Excludes2" not in text


def test_the_format_is_the_ending_or_the_option(run, tmp_path):
    run("draw", "M54.50", "-o", "x.png")
    run("overview", "treemap", "-o", "x.dat", "--format", "png")
    run("draw", "M54.50", "--format", "svg")
    for name, start in (
        ("x.png", b"\x89PNG"),
        ("x.dat", b"\x89PNG"),
        ("M54.50.svg", b"<svg"),
    ):
        assert (tmp_path / name).read_bytes().startswith(start)


def test_overview_of_own_counts_names_unknown_codes(run, tmp_path):
    (tmp_path / "c.csv").write_bytes(b"code,n\r\nM54.50,3\r\nX99.9,2\r\n")
    _, _, log = run("overview", "sunburst", "--counts", "c.csv")
    assert "1 unknown code with a count of 2: X99.9." in log
    assert "wrote sunburst.html" in log
    assert "3 counted in 1 category." in (tmp_path / "sunburst.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("treemap", b"M54.50,3\n\xff\xfe\n", "is not UTF-8 text"),
        ("matrix", b"M54.50,3\n", "a matrix counts notes"),
    ],
)
def test_counts_that_cannot_be_used_are_an_error(run, tmp_path, kind, content, words):
    (tmp_path / "c.csv").write_bytes(content)
    code, _, err = run("overview", kind, "--counts", "c.csv")
    assert code == 2
    assert words in err
