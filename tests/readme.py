"""Run what README.md shows: its commands, what they print, and its Python.

    python tests/readme.py        # with an installed icdgraph and nothing else

Blocks that install an extra are left out where it is not installed.  The commands that
install, and those that run the tests, are run by ``.ci/run``.
"""

import ast
import doctest
import io
import os
import subprocess
import sys
import tempfile
import tokenize
from contextlib import chdir
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
OF_EXTRA = {"tables": "duckdb", "spark": "pyspark", "igraph": "igraph"}
RUN_BY_CI = ("python3 ", "source ", ".venv/bin/", "spark-submit ")
CHECKS = ("icdgraph check ", "icdgraph order ")
"""Commands that end with 1 where they find an error."""


@dataclass(frozen=True)
class Block:
    """A fenced block of the page."""

    language: str
    line: int
    text: str

    @property
    def missing(self):
        """The extra that the block installs, if it is not there."""
        for extra, module in OF_EXTRA.items():
            if f"'.[{extra}]'" in self.text and not find_spec(module):
                return extra
        return ""


def blocks():
    """Return the blocks of README.md that can be run."""
    found = []
    language, start, lines = "", 0, []
    for number, line in enumerate(README.read_text("utf-8").splitlines(), 1):
        if not line.startswith("```"):
            lines.append(line)
        elif language:
            found.append(Block(language, start, "\n".join(lines) + "\n"))
            language = ""
        else:
            language, start, lines = line[3:], number, []
    return found


def run(block, names):
    """Run *block* in the current folder; *names* are those of Python so far."""
    if block.language == "python":
        run_python(block, names)
    else:
        for command, output in commands(block):
            run_command(command, output)


def commands(block):
    """Return each command of *block* with the output that the page shows for it."""
    if block.language == "console":
        parts = ("\n" + block.text).split("\n$ ")[1:]
        return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]
    found, command = [], ""
    for line in block.text.splitlines():
        command += line + "\n"
        if not line.endswith("\\") and command.count("'") % 2 == 0:
            found.append((command.strip(), ""))
            command = ""
    return found


def run_command(command, output):
    """Run *command* in a shell, and compare what it prints with *output*."""
    if command.startswith(RUN_BY_CI):
        return
    scripts = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["bash", "-c", command],
        env=os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    allowed = (0, 1) if command.startswith(CHECKS) else (0,)
    assert done.returncode in allowed, f"{command}\n{done.stderr}"
    checker = doctest.OutputChecker()
    if output:
        assert checker.check_output(output, done.stdout, doctest.ELLIPSIS), (
            f"{command}\nexpected:\n{output}\ngot:\n{done.stdout}"
        )


def run_python(block, names):
    """Run *block*; where a comment is a value, compare it with that of its line."""
    comments = {
        token.start[0]: token.string.removeprefix("# ")
        for token in tokenize.generate_tokens(io.StringIO(block.text).readline)
        if token.type == tokenize.COMMENT
    }
    for statement in ast.parse(block.text).body:
        source = ast.get_source_segment(block.text, statement) or ""
        if not isinstance(statement, ast.Expr):
            exec(source, names)
            continue
        value = eval(source, names)
        try:
            expected = ast.literal_eval(comments.get(statement.end_lineno or 0, "-"))
        except (SyntaxError, ValueError):
            continue
        assert value == expected, f"{source}\nexpected {expected!r}, got {value!r}"


def main():
    """Run every block in a temporary folder."""
    names = {}
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for block in blocks():
            if block.missing:
                print(f"line {block.line}: not run, needs the extra {block.missing}")
            else:
                run(block, names)
                print(f"line {block.line}: {block.language} ran")


if __name__ == "__main__":
    main()
