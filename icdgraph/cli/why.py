"""``icdgraph why``: how two codes are connected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import print_json, save

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
    help="Paths to tell between parts, and through other nodes.",
)
@click.option(
    "--through/--no-through",
    default=None,
    help="Ways through other nodes; by default where no note joins A and B.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw it: the .svg or .html file to write.",
)
@with_graph
def why(
    graph: CodeGraph,
    a: str,
    b: str,
    limit: int,
    through: bool | None,
    as_json: bool,
    output: Path | None,
) -> None:
    """Say how the codes A and B are connected.

    Their lowest common ancestor, and the notes that join them, inherited ones
    included, each with its own words and where it was printed. Where no note joins
    them, the shortest ways through other nodes, the narrowest first.

    Sections and chapters may be given too, by their range or as "chapter 13".

    \b
    Example:
      icdgraph why M54.50 F45.41
      icdgraph why M54.50 M54.2 --limit 1
      icdgraph why E11.9 Z79.4 -o why.svg
    """
    forms = (".svg", ".html")
    if output and output.suffix.lower() not in forms:
        raise click.UsageError(
            f"{str(output)!r} is neither an .svg nor an .html file; one of them would "
            "be right."
        )
    answer = graph.why(a, b, limit=limit, through=through)
    if as_json:
        print_json(answer.record())
    elif output is None:
        for node in dict.fromkeys((answer.a, answer.b)):
            click.echo(f"{node.code}  {node.title}")
        click.echo(f"\n{answer}")
    if output:
        from icdgraph.draw.explanation import page, picture

        drawn = {".svg": picture, ".html": page}
        save(output, drawn[output.suffix.lower()](answer))
