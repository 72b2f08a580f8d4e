"""What is printed for a person: in a real terminal, and in a file."""

import subprocess
import sys

import pytest
from terminals import run_in_terminal, without_color

from icdgraph import toy

WORDS = (
    "M54.50  Low back pain, unspecified, as the Tabular List calls what people know "
    "as lumbago; in 2026 it has a subcategory of its own."
)
LINE = f"from icdgraph.cli.terminal import line; line({WORDS!r}, indent=4)"
TABLE = (
    "from icdgraph.cli.terminal import table\n"
    "table(('code', 'count', 'title'), [('M54.50', '12', 'Low back pain ' * 9),"
    " ('S39.012A', '1,234', 'Strain of muscle, fascia and tendon of lower back')])"
)


def plainly(program, *arguments, **environment):
    """Return what *program* prints where stdout is a pipe."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return done.stdout


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_line_is_broken_between_words_below_its_first_column(columns):
    text = without_color(run_in_terminal(["-c", LINE], columns))
    lines = text.splitlines()
    assert max(map(len, lines)) <= columns
    assert lines[0].startswith("    M54.50  Low")
    assert all(line.startswith(" " * 12) for line in lines[1:])
    assert " ".join(text.split()) == " ".join(WORDS.split())
    assert (len(lines) == 1) == (columns == 200)
    follows = " ".join(text.split())[len(" ".join(lines[0].split())) :].split()
    assert not follows or len(f"{lines[0]} {follows[0]}") > columns


def test_line_is_whole_and_plain_outside_a_terminal():
    assert plainly(LINE) == f"    {WORDS}\n"


def test_codes_and_severities_are_colored():
    program = (
        "from icdgraph.cli.terminal import *\n"
        "heading('Never with')\n"
        "line('M54 and (S39.012) but not vitamin B12 ', severity('error'))\n"
        "line('M50-M54: no R10.1-R10.4-, (I95.-), A00-B99 or M54.5. E.')"
    )
    assert run_in_terminal(["-c", program]).splitlines() == [
        "\x1b[1mNever with\x1b[0m",
        "\x1b[36mM54\x1b[0m and (\x1b[36mS39.012\x1b[0m) but not vitamin B12 "
        "\x1b[1;31merror\x1b[0m",
        "\x1b[36mM50-M54\x1b[0m: no \x1b[36mR10.1-R10.4-\x1b[0m, "
        "(\x1b[36mI95.-\x1b[0m), \x1b[36mA00-B99\x1b[0m or \x1b[36mM54.5\x1b[0m. E.",
    ]


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_color_is_left_out_where_the_environment_says_so(variable):
    assert "\x1b" not in run_in_terminal(["-c", LINE], **variable)
    assert "\x1b" in run_in_terminal(["-c", LINE], NO_COLOR="")


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_table_fits_and_numbers_are_aligned_to_the_right(columns):
    text = without_color(run_in_terminal(["-c", TABLE], columns))
    lines = text.splitlines()
    assert max(map(len, lines)) <= columns
    assert lines[0].split() == ["code", "count", "title"]
    assert lines[1].startswith("M54.50       12  Low back pain")
    last = next(line for line in lines if "S39" in line)
    assert last.startswith("S39.012A  1,234  Strain of")


def test_table_outside_a_terminal_keeps_each_row_on_one_line():
    assert plainly(TABLE).splitlines() == [
        "code      count  title",
        f"--------  -----  {'-' * 126}",
        f"M54.50       12  {'Low back pain ' * 9}".rstrip(),
        "S39.012A  1,234  Strain of muscle, fascia and tendon of lower back",
    ]


def test_table_without_rows_has_its_head():
    program = "from icdgraph.cli.terminal import table; table(('code', 'title'), [])"
    assert plainly(program) == "code  title\n----  -----\n"
    assert without_color(run_in_terminal(["-c", program])).split() == ["code", "title"]


def test_page_indents_what_continues_a_line_and_marks_headings():
    text = f"Never with\n  {WORDS}\n\nThe end"
    program = f"from icdgraph.cli.terminal import page; page({text!r})"
    lines = run_in_terminal(["-c", program]).splitlines()
    assert lines[0] == "\x1b[1mNever with\x1b[0m"
    assert without_color(lines[2]).startswith(" " * 10)
    assert lines[-2:] == ["", "The end"]
    assert plainly(program) == text + "\n"


def test_control_characters_of_the_data_do_not_reach_the_terminal():
    data = "\x1b[2J\x07\x9b31m\u202eabc\nnext"
    program = (
        "from icdgraph.cli.terminal import line, table\n"
        f"line({data!r}); table(({data!r},), [[({data!r}, 'dim')]])"
    )
    text = without_color(run_in_terminal(["-c", program]))
    assert not set(text) & set("\x1b\x07\x9b\u202e")
    assert text.count(r"\x1b[2J\x07\x9b31m\u202eabc") == 3


def test_remark_goes_to_stderr():
    program = "from icdgraph.cli.terminal import remark; remark('no such thing')"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert (done.stdout, done.stderr) == ("", "icdgraph: no such thing\n")


@pytest.mark.parametrize(
    ("arguments", "is_colored"),
    [
        (["--color", "always", "-h"], False),
        (["--color", "always", "show", "M54.5"], True),
        (["show", "M54.5", "--color", "always"], True),
        (["--color", "always", "show", "M54.5", "--color", "never"], False),
        (["show", "M54.5"], False),
    ],
)
def test_option_color_decides_outside_a_terminal(arguments, is_colored):
    command = [sys.executable, "-m", "icdgraph", *arguments]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert ("\x1b[" in done.stdout) == is_colored


def test_option_color_decides_in_a_terminal():
    text = run_in_terminal(["-m", "icdgraph", "show", "M54.5", "--color", "never"])
    assert "Low back pain" in text
    assert "\x1b" not in text
    text = run_in_terminal(
        ["-m", "icdgraph", "show", "M54.5", "--color", "always"], NO_COLOR="1"
    )
    assert "\x1b[36m" in text


def test_cold_start_shows_progress_in_a_terminal(tmp_path):
    arguments = ["-m", "icdgraph", "show", "M54.5", "--release", str(toy.PATH)]
    cold, warm = (
        run_in_terminal(arguments, ICDGRAPH_CACHE_DIR=str(tmp_path)) for _ in "12"
    )
    assert "reading the Tabular List" in cold
    assert "100%" in cold
    assert "reading" not in warm
    assert without_color(cold).endswith(without_color(warm))
