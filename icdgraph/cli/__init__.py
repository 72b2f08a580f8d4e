"""The command line: one file a verb, each reading options and printing an answer.

Answers go to stdout, progress and warnings to stderr.  Exit codes: 0 for an answer,
1 where a check found errors, 2 for input that is wrong, 130 for Ctrl-C, 141 for a
reader that closed the pipe.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import Group
from icdgraph.errors import IcdGraphError

if TYPE_CHECKING:
    from collections.abc import Sequence


VERBS = (
    *("tour", "show", "search", "tree", "notes", "codes", "check", "order", "similar"),
    *("why", "audit", "coverage", "query", "serve", "load-endpoint", "export", "draw"),
    *("overview", "cache"),
)
"""The commands, each in the file of its name."""


class Commands(Group):
    """The commands; the file of each is imported when it is called."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the names of all commands, in the order of ``--help``."""
        return list(VERBS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """Return the command *name*, None where there is none."""
        if name not in VERBS:
            return None
        module = name.replace("-", "_")
        file = import_module(f"icdgraph.cli.{module}")
        command: click.Command = getattr(file, module)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="icdgraph")
def cli() -> None:
    """Ask the knowledge graph of ICD-10-CM.

    Start with "icdgraph tour". For the options of a command and examples, use
    "icdgraph COMMAND --help". Answers go to stdout, progress and warnings to stderr.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line with *arguments*, those of the process by default."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed, as by >&- in a shell
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        stream = getattr(sys, name)
        # A terminal that cannot show a character should show another, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        # Not cli.main(), which would answer a closed pipe with exit code 1 itself.
        words = list(sys.argv[1:] if arguments is None else arguments)
        with cli.make_context("icdgraph", words) as context:
            result = cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as exc:
        return exc.exit_code
    except IcdGraphError as exc:
        terminal.remark(str(exc))
        return 2
    except click.ClickException as exc:
        exc.show()
        return 2
    except (KeyboardInterrupt, click.Abort):
        terminal.remark("interrupted")
        return 130
    except BrokenPipeError:
        _discard_output()
        return 141
    except OSError as exc:
        terminal.remark(_described(exc))
        _discard_output()
        return 2
    return result if isinstance(result, int) else 0


def _discard_output() -> None:
    """Send what stdout still holds nowhere: Python would fail again to write it."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _described(exc: OSError) -> str:
    if not exc.strerror:
        return str(exc)
    return f"{exc.filename!r}: {exc.strerror}" if exc.filename else exc.strerror
