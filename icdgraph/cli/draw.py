"""``icdgraph draw``: a code's surroundings as an interactive page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import said, with_graph, write_text

if TYPE_CHECKING:
    from icdgraph.graph import CodeGraph


@click.command()
@click.argument("code")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; by default CODE.html.",
)
@with_graph
def draw(graph: CodeGraph, code: str, output: Path | None) -> None:
    """Write a page that draws CODE with all that is around it.

    Ancestors, children, synonyms and what its notes link it to, coloured by relation.
    The page is one file and asks for nothing from any network.

    \b
    Example:
      icdgraph draw M54.50 -o M54.50.html
    """
    from icdgraph.draw import page

    node = graph.find(code)
    path = output or Path(f"{node.range}.html")
    write_text(path, page(node))
    said(path)
