"""``icdgraph similar``: the codes most similar to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, records_options, with_graph
from icdgraph.cli.output import print_records
from icdgraph.model import Kind
from icdgraph.similarity.information import CONTENTS
from icdgraph.similarity.measures import MEASURES

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.argument("code")
@click.option(
    "-n",
    "--limit",
    "limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Number of codes to print.",
)
@click.option(
    "--measure",
    type=click.Choice(list(MEASURES), case_sensitive=False),
    default="lin",
    show_default=True,
    help="The measure of similarity. The first four use depth in the hierarchy, the "
    "others information content.",
)
@click.option(
    "--content",
    type=click.Choice(list(CONTENTS), case_sensitive=False),
    help="The information content that the measure uses.  [default: sanchez]",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind], case_sensitive=False),
    help="Compare with nodes of this kind instead of billable codes. May be given more "
    "than once.",
)
@records_options
@with_graph
def similar(
    graph: CodeGraph,
    code: str,
    limit: int,
    measure: str,
    content: str | None,
    kinds: tuple[str, ...],
    as_json: bool,
    as_lines: bool,
) -> None:
    """Print the billable codes most similar to CODE by their place in the hierarchy.

    The most similar code comes first; equally similar codes are in book order. The
    measure "lin" is 1 for the same code and 0 for a code in another chapter.

    \b
    Examples:
      icdgraph similar M54.50
      icdgraph similar M54 -n 5 --measure path --kind category
    """
    among = list(graph.nodes(*map(Kind, kinds))) if kinds else None
    similarity = graph.similarity(measure, content)
    matches = similarity.most_similar(graph[code], limit, among)
    if as_json or as_lines:
        print_records((match.record() for match in matches), as_json, as_lines)
        return
    for match in matches:
        name = terminal.code(f"{match.node.code:8}")
        terminal.line(f"{match.value:5.3f}  ", name, f"  {match.node.title}", hang=17)
