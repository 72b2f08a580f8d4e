"""``icdgraph draw`` and ``icdgraph overview``."""

import subprocess
import sys

import pytest

from icdgraph.toy import PATH

TOY = ("--release", str(PATH))


@pytest.fixture
def run(tmp_path):
    """Return a function that runs the command line in a folder of its own."""

    def run_(*arguments, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "icdgraph", *arguments, *TOY],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""
        return done.stderr

    return run_


def test_a_picture_has_the_name_of_its_codes(run, tmp_path):
    assert "wrote M54.50_F45.41.html" in run("draw", "m5450", "F45.41")
    assert "M54.50 and F45.41" in (tmp_path / "M54.50_F45.41.html").read_text("utf-8")


def test_options_reach_the_picture(run, tmp_path):
    run(
        *("draw", "M54", "--relations", "Parent, excludes1", "--no-inherited"),
        *("--depth", "2", "--layout", "radial", "-o", "x.svg"),
    )
    text = (tmp_path / "x.svg").read_text("utf-8")
    assert "Other low back pain" in text
    assert "Excludes2" not in text


def test_png(run, tmp_path):
    run("draw", "M54.50", "-o", "x.png")
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("draw",), "Missing argument"),
        (("draw", "M54.5O"), "unknown code 'M54.5O'"),
        (("draw", "M54.50", "--relations", "never"), "'never': expected parent"),
        (("draw", "M54.50", "--relations", ""), "--relations"),
        (("draw", ""), "empty"),
        (("draw", "M54.50", "--depth", "-1"), "--depth"),
        (("draw", "M54.50", "--layout", "circle"), "--layout"),
        (("draw", "M54.50", "-o", "x.pdf"), "'x.pdf': expected"),
        (("draw", "M54.50", "-o", "deep/x.svg"), "no folder"),
        (("overview", "pie"), "'pie'"),
        (("overview", "treemap", "--counts", "none.csv"), "none.csv"),
        (("overview", "matrix", "--relations", "parent"), "'parent'"),
        (("overview", "treemap", "--relations", "parent"), "matrix"),
    ],
)
def test_wrong_input_is_named_in_a_sentence(run, tmp_path, arguments, message):
    assert message in run(*arguments, code=2)
    assert list(tmp_path.iterdir()) == []


def test_overview_of_own_counts_names_unknown_codes(run, tmp_path):
    (tmp_path / "c.csv").write_bytes(b"code,n\r\nM54.50,3\r\nX99.9,2\r\n")
    log = run("overview", "sunburst", "--counts", "c.csv")
    assert "1 unknown code with a count of 2: X99.9." in log
    assert "wrote sunburst.html" in log
    assert "3 counted in 1 category." in (tmp_path / "sunburst.html").read_text("utf-8")


def test_counts_that_are_not_text_are_an_error(run, tmp_path):
    (tmp_path / "c.csv").write_bytes(b"M54.50,3\n\xff\xfe\n")
    assert "is not UTF-8 text" in run(
        "overview", "treemap", "--counts", "c.csv", code=2
    )


def test_matrix_counts_no_codes(run, tmp_path):
    (tmp_path / "c.csv").write_text("M54.50,3\n")
    log = run("overview", "matrix", "--counts", "c.csv", code=2)
    assert "a matrix counts notes" in log
    assert "treemap" in log
