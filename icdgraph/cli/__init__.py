"""The command line: one file a verb, each reading options and printing an answer.

Answers go to stdout, progress and warnings to stderr.  Exit codes: 0 for an answer,
1 where a check found errors, 2 for input that is wrong, 130 for Ctrl-C, 141 for a
reader that closed the pipe.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

import click

from icdgraph.cli.audit import audit
from icdgraph.cli.check import check
from icdgraph.cli.codes import codes
from icdgraph.cli.draw import draw
from icdgraph.cli.export import export
from icdgraph.cli.load_endpoint import load_endpoint
from icdgraph.cli.notes import notes
from icdgraph.cli.order import order
from icdgraph.cli.overview import overview
from icdgraph.cli.query import query
from icdgraph.cli.search import search
from icdgraph.cli.serve import serve
from icdgraph.cli.show import show
from icdgraph.cli.similar import similar
from icdgraph.cli.tour import tour
from icdgraph.cli.tree import tree
from icdgraph.cli.why import why
from icdgraph.errors import IcdGraphError

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="icdgraph")
def cli() -> None:
    """Ask the knowledge graph of ICD-10-CM.

    Start with: icdgraph tour

    Each command has a --help with an example.  Answers go to stdout, progress and
    warnings to stderr.
    """


for _verb in (
    tour,
    show,
    search,
    tree,
    notes,
    codes,
    check,
    order,
    similar,
    why,
    audit,
    query,
    serve,
    load_endpoint,
    export,
    draw,
    overview,
):
    cli.add_command(_verb)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line with *arguments*, those of the process by default."""
    logging.basicConfig(format="icdgraph: %(message)s", level=logging.WARNING)
    for stream in (sys.stdout, sys.stderr):
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
        click.echo(f"icdgraph: {exc}", err=True)
        return 2
    except click.ClickException as exc:
        exc.show()
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("icdgraph: interrupted", err=True)
        return 130
    except BrokenPipeError:
        # Python would complain again when it flushes stdout on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as exc:
        click.echo(f"icdgraph: {_told(exc)}", err=True)
        return 2
    return result if isinstance(result, int) else 0


def _told(exc: OSError) -> str:
    name = f"{exc.filename!r}: " if exc.filename else ""
    return f"{name}{exc.strerror or exc}; a file that can be read or written is needed"
