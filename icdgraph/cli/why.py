"""``icdgraph why``: how two codes are connected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, records_options, with_graph
from icdgraph.cli.output import print_json, print_records, save

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.argument("a")
@click.argument("b")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    help="The most paths to print between parts, and through other nodes.",
)
@click.option(
    "--through/--no-through",
    default=None,
    help="Look for chains of notes through other nodes; by default only if no note "
    "connects A and B.",
)
@records_options
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a picture: an .svg or .html file.",
)
@with_graph
def why(
    graph: CodeGraph,
    a: str,
    b: str,
    limit: int,
    through: bool | None,
    as_json: bool,
    as_lines: bool,
    output: Path | None,
) -> None:
    """Explain how the codes A and B are connected.

    Print their lowest common ancestor and the notes that connect them, inherited
    notes included, each with its words and where it is defined. If no note connects
    them, print the shortest chains of notes through other nodes, those with the most
    specific notes first.

    A and B may also be sections or chapters, by their range or as "chapter 13".

    \b
    Example:
      icdgraph why M54.50 F45.41
      icdgraph why M54.50 M54.2 --limit 1
      icdgraph why E11.9 Z79.4 -o why.svg
    """
    ending = output.suffix.lower() if output else ""
    if output and ending not in (".svg", ".html"):
        raise click.UsageError(
            f"unknown ending of {str(output)!r}: expected .svg or .html"
        )
    answer = graph.why(a, b, limit=limit, through=through)
    if as_json:
        print_json(answer.record())
    elif as_lines:
        print_records([answer.record()], as_json, as_lines)
    elif output is None:
        for node in dict.fromkeys((answer.a, answer.b)):
            terminal.line(f"{node.code}  {node.title}")
        terminal.page(f"\n{answer}")
    if output:
        from icdgraph.draw.explanation import page, picture

        save(output, (picture if ending == ".svg" else page)(answer))
