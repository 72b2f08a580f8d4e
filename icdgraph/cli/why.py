"""``icdgraph why``: how two codes are connected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, form_options, output_option, with_graph
from icdgraph.cli.output import print_records, save

if TYPE_CHECKING:
    from pathlib import Path

    from icdgraph.codegraph import CodeGraph


@command()
@click.argument("a")
@click.argument("b")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    metavar="N",
    help="Print at most N notes between parts of A and B, and N chains of notes.",
)
@click.option(
    "--through/--no-through",
    default=None,
    help="Whether to look for chains of notes through other nodes.  [default: only if "
    "no note connects A and B]",
)
@form_options("json", "jsonl")
@output_option("Draw the answer in an .svg or .html file.")
@with_graph
def why(
    graph: CodeGraph,
    a: str,
    b: str,
    form: str,
    output: Path | None,
    **options: Any,
) -> None:
    """Explain how the codes A and B are connected.

    The answer has their lowest common ancestor and the notes that connect them, with
    the words of each note and where it is defined. Inherited notes are included. If no
    note connects A and B, the answer has the shortest chains of notes through other
    nodes, the most specific notes first.

    A and B can also be sections or chapters, given by their range or as "chapter 13".

    \b
    Examples:
      icdgraph why M54.50 F45.41
      icdgraph why M54.50 M54.2 --limit 1
      icdgraph why E11.9 Z79.4 -o why.svg
    """
    ending = output.suffix.lower() if output else ""
    if output and ending not in (".svg", ".html"):
        raise click.UsageError(
            f"unknown ending of {str(output)!r}: expected .svg or .html"
        )
    answer = graph.why(a, b, **options)
    if form != "text":
        print_records(form, [answer.record()], answer.record())
    elif output is None:
        for node in dict.fromkeys((answer.a, answer.b)):
            terminal.line(f"{node.code}  {node.title}")
        terminal.page(f"\n{answer}")
    if output:
        from icdgraph.draw.explanation import page, picture

        save(output, (picture if ending == ".svg" else page)(answer))
