"""``icdgraph draw``: codes with all around them, as a page or a still picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import announce

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Levels below the codes, and steps along notes.",
)
@click.option(
    "--relations",
    metavar="NAMES",
    help="Only these, with commas between: parent, synonym, excludes1, excludes2, "
    "use-additional, code-first, code-also.",
)
@click.option(
    "--inherited/--no-inherited",
    default=True,
    show_default=True,
    help="Whether notes printed above the codes are drawn.",
)
@click.option(
    "--layout",
    type=click.Choice(["tree", "radial", "force"], case_sensitive=False),
    default="tree",
    show_default=True,
    help="How to place the boxes.",
)
@click.option("--physics", is_flag=True, help="Let the boxes of a page move.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The .html, .svg or .png file to write; by default CODE.html.",
)
@with_graph
def draw(
    graph: CodeGraph,
    codes: tuple[str, ...],
    depth: int,
    relations: str | None,
    inherited: bool,
    layout: str,
    physics: bool,
    output: Path | None,
) -> None:
    """Draw each CODE with all that is around it, in one picture.

    Ancestors, children, synonyms and what notes link them to, coloured by relation.
    An .html file is one interactive page that asks for nothing from any network; .svg
    and .png stand still.  Sections and chapters may be given too, by their range or as
    "chapter 13".  A second step along notes soon brings hundreds: --relations narrows
    it.  A picture has at most 2,000 boxes and says what it leaves out.

    \b
    Example:
      icdgraph draw M54.50
      icdgraph draw M54.50 F45.41 --relations parent,excludes1 -o pair.svg
      icdgraph draw E11 --depth 3 --relations parent --layout radial -o e11.html
    """
    from icdgraph.draw.files import ending

    nodes = [graph[code] for code in codes]
    path = output or Path(f"{'_'.join(node.code for node in nodes[:4])}.html")
    ending(path)
    names = None if relations is None else _names(relations)
    picture = graph.draw(
        *nodes,
        depth=depth,
        relations=names,
        inherited=inherited,
        layout=layout,
        physics=physics,
    )
    announce(picture.write(path))


def _names(relations: str) -> list[str]:
    return [name.strip().lower() for name in relations.split(",") if name.strip()]
