"""``icdgraph tour``: a first look, command by command."""

from __future__ import annotations

import os
import shlex
import time
from pathlib import Path

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, open_graph, release_option
from icdgraph.release import source

STEPS = {
    "What the classification says about a code": "show M54.50",
    "The code for an everyday word": "search lumbago --limit 3",
    "Two codes on one claim": "check M54.50 F45.41",
    "A question in SPARQL: which codes are never used together with M54.50?": (
        "query --name never-with --param code=M54.50"
    ),
    "The whole graph as Turtle": "export turtle -o {}/icd10cm.ttl",
    "The whole graph as JSON-LD": "export jsonld -o {}/icd10cm.jsonld",
    "A picture of the code and its neighbors": "draw M54.50 -o {}/M54.50.html",
}
"""What each step shows, and the command that does it."""


@command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("exports"),
    show_default=True,
    help="The folder to write files to. It is created if needed.",
)
@release_option
@click.pass_context
def tour(context: click.Context, folder: Path, release: str) -> None:
    """Run seven commands, from the card of a code to a picture.

    Each command is printed before its answer, so that you can run it yourself. The
    first tour takes about half a minute, mostly to build the RDF store.

    \b
    Examples:
      icdgraph tour --folder exports
    """
    _create(folder)
    start = time.perf_counter()
    graph = open_graph(release)
    nodes, notes = f"{graph.core.node_count:,}", f"{graph.core.note_count:,}"
    terminal.heading(f"ICD-10-CM {graph.edition.version}")
    terminal.line(f"{nodes} nodes and {notes} notes, loaded in {_since(start)}")
    for title, words in STEPS.items():
        arguments = [part.format(folder) for part in shlex.split(words)]
        if release != source.BUNDLED:
            arguments += ["--release", release]
        terminal.line()
        terminal.heading(title)
        terminal.line(terminal.dim(f"$ icdgraph {shlex.join(arguments)}"))
        start = time.perf_counter()
        _run(context, arguments)
        terminal.line(terminal.dim(f"({_since(start)})"))
    terminal.line()
    terminal.line(f"Open {folder / 'M54.50.html'} in a browser.")
    terminal.line("Next: icdgraph --help, or icdgraph serve for the explorer.")


def _create(folder: Path) -> None:
    """Create *folder*, and make sure before the work that it can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(13, os.strerror(13))
    except OSError as exc:
        raise click.UsageError(
            f"cannot write to the folder {str(folder)!r}: {exc.strerror}. "
            "Choose another one with --folder."
        ) from exc


def _run(context: click.Context, arguments: list[str]) -> None:
    """Run a command of the group that the tour is a command of."""
    group = context.parent
    assert group is not None
    assert isinstance(group.command, click.Group)
    verb = group.command.get_command(group, arguments[0])
    assert verb is not None
    with verb.make_context(arguments[0], arguments[1:], parent=group) as inner:
        verb.invoke(inner)


def _since(start: float) -> str:
    return f"{time.perf_counter() - start:.1f} s"
