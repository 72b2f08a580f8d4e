"""``icdgraph overview``: a picture of the whole classification."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import (
    command,
    picture_file,
    picture_options,
    split,
    with_graph,
)
from icdgraph.cli.output import announce, read_text
from icdgraph.cli.terminal import remark

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.argument(
    "kind",
    type=click.Choice(["treemap", "sunburst", "matrix"], case_sensitive=False),
    metavar="KIND",
)
@click.option(
    "--counts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A CSV file with a code and a number on each line, to use instead of the "
    "number of billable codes.",
)
@click.option(
    "--relations",
    metavar="NAMES",
    help="For a matrix: the relations to count, separated by commas.  [default: "
    "excludes1,excludes2]",
)
@picture_options("KIND")
@with_graph
def overview(
    graph: CodeGraph,
    kind: str,
    counts: Path | None,
    relations: str | None,
    output: Path | None,
    form: str | None,
) -> None:
    """Draw the whole classification as a treemap, a sunburst or a matrix.

    KIND is one of these three. In a treemap and a sunburst, the size of a chapter or a
    category is its number of billable codes, or a count of your own, such as the number
    of claims. A matrix shows how many notes lead from each chapter to each other one.

    \b
    Examples:
      icdgraph overview treemap -o codes.svg
      icdgraph overview sunburst --counts claims.csv -o claims.html
      icdgraph overview matrix --relations excludes1 -o excludes1.png
    """
    from icdgraph.draw.overview.tally import read
    from icdgraph.draw.overview.view import unknown_codes

    path, form = picture_file(output, form, kind)
    numbers = read(read_text(counts), str(counts)) if counts else None
    picture = graph.overview(kind, numbers, split(relations and relations.lower()))
    if picture.unknown:
        remark(unknown_codes(picture.unknown))
    announce(picture.write(path, form))
