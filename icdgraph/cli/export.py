"""``icdgraph export``: files for other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import said, with_graph

if TYPE_CHECKING:
    from icdgraph.graph import CodeGraph

FORMS = ("turtle", "jsonld")


@click.command()
@click.argument("form", type=click.Choice(FORMS), metavar="turtle|jsonld")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; by default, stdout.",
)
@click.option(
    "--root", metavar="CODE", help="Only CODE, its subtree and what is above."
)
@with_graph
def export(graph: CodeGraph, form: str, output: Path | None, root: str | None) -> None:
    """Write the graph as RDF, all of it or a subtree.

    The same release gives the same bytes.

    \b
    Example:
      icdgraph export turtle -o icd10cm.ttl
      icdgraph export jsonld --root M54 -o M54.jsonld
    """
    from icdgraph.export import formats

    node = graph.find(root) if root else None
    if output is None:
        sys.stdout.writelines(formats.pieces(graph, form, node))
    else:
        said(formats.export(graph, form, output, node))
