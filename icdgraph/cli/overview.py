"""``icdgraph overview``: a picture of the whole classification."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import announce

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.argument(
    "kind", type=click.Choice(["treemap", "sunburst", "matrix"], case_sensitive=False)
)
@click.option(
    "--counts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Your own counts: a CSV file with a code and a number in each line.",
)
@click.option(
    "--relations",
    metavar="NAMES",
    help="The relations of a matrix, with commas between.  [default: excludes1,"
    "excludes2]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The .html, .svg or .png file to write; by default KIND.html.",
)
@with_graph
def overview(
    graph: CodeGraph,
    kind: str,
    counts: Path | None,
    relations: str | None,
    output: Path | None,
) -> None:
    """Draw the whole: a treemap, a sunburst or a matrix.

    A treemap and a sunburst show chapters down to categories, by how many billable
    codes they have or by counts of your own; codes that the release does not hold are
    counted and told.  A matrix shows how many notes lead from chapter to chapter.

    \b
    Example:
      icdgraph overview treemap -o codes.svg
      icdgraph overview sunburst --counts claims.csv -o claims.html
      icdgraph overview matrix --relations excludes1 -o excludes1.png
    """
    from icdgraph.draw.files import ending
    from icdgraph.draw.overview.tally import read
    from icdgraph.errors import ParseError

    path = output or Path(f"{kind}.html")
    ending(path)
    numbers = None
    if counts:
        try:
            text = counts.read_text(encoding="utf-8")
        except UnicodeDecodeError as exc:
            raise ParseError(
                f"{str(counts)!r} is not UTF-8 text: {exc.reason}"
            ) from exc
        numbers = read(text, str(counts))
    names = None
    if relations is not None:
        names = [name.strip().lower() for name in relations.split(",") if name.strip()]
    shown = graph.overview(kind, numbers, names)
    if shown.unknown:
        click.echo(f"icdgraph: {shown.about}", err=True)
    announce(shown.write(path))
