"""``icdgraph draw``: a picture of codes and what is around them."""

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
    help="Only these, separated by commas: parent, synonym, excludes1, excludes2, "
    "use-additional, code-first, code-also.",
)
@click.option(
    "--inherited/--no-inherited",
    default=True,
    show_default=True,
    help="Whether to draw the notes that the codes inherit.",
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
    help="The .html, .svg or .png file to write.  [default: CODE.html]",
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
    """Draw a picture of each CODE and what is around it.

    The picture shows ancestors, children, synonyms, and the codes that notes link, in
    a color for each relation.  CODE can also be the range of a section or a chapter.
    An .html file is one interactive page that loads nothing from a network; .svg and
    .png files are still pictures.

    A picture has at most 2,000 boxes and says what it leaves out.  With a depth of 2,
    notes bring in hundreds of codes; --relations narrows that.

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
    picture = graph.draw(
        *nodes,
        depth=depth,
        relations=relation_names(relations),
        inherited=inherited,
        layout=layout,
        physics=physics,
    )
    announce(picture.write(path))


def relation_names(option: str | None) -> list[str] | None:
    """Return the names in an *option* ``--relations``, None if it is not given."""
    if option is None:
        return None
    return [name.strip().lower() for name in option.split(",") if name.strip()]
