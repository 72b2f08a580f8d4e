"""``icdgraph draw``: a picture of codes and what is around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli.options import (
    command,
    picture_file,
    picture_options,
    split,
    with_graph,
)
from icdgraph.cli.output import announce

if TYPE_CHECKING:
    from pathlib import Path

    from icdgraph.codegraph import CodeGraph


@command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="N",
    help="Draw N levels below the codes, and N steps along notes.",
)
@click.option(
    "--relations",
    metavar="NAMES",
    help="Draw only these relations, separated by commas: parent, synonym, excludes1, "
    "excludes2, use-additional, code-first, code-also.",
)
@click.option(
    "--inherited/--no-inherited",
    default=True,
    show_default=True,
    help="Whether to draw inherited notes.",
)
@click.option(
    "--layout",
    type=click.Choice(["tree", "radial", "force"], case_sensitive=False),
    default="tree",
    show_default=True,
    help="How the boxes are arranged.",
)
@click.option("--physics", is_flag=True, help="Let the boxes in an .html file move.")
@picture_options("CODE")
@with_graph
def draw(
    graph: CodeGraph,
    codes: tuple[str, ...],
    relations: str | None,
    output: Path | None,
    form: str | None,
    **options: Any,
) -> None:
    """Draw a picture of each CODE and what is around it.

    The picture shows ancestors, children, synonyms, and the codes that notes link to.
    Each relation has a color. CODE can also be the range of a section or a chapter.
    An .html file is an interactive page that works offline.

    A picture has at most 2,000 boxes and lists what it leaves out. With --depth 2,
    notes can add hundreds of codes; use --relations to draw fewer.

    \b
    Examples:
      icdgraph draw M54.50
      icdgraph draw M54.50 F45.41 --relations parent,excludes1 -o pair.svg
      icdgraph draw E11 --depth 3 --relations parent --layout radial -o e11.html
    """
    nodes = [graph[code] for code in codes]
    name = "_".join(node.code for node in nodes[:4])
    path, form = picture_file(output, form, name)
    picture = graph.draw(
        *nodes, relations=split(relations and relations.lower()), **options
    )
    announce(picture.write(path, form))
