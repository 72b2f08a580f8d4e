"""``icdgraph similar``: the codes closest to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import print_json, print_lines
from icdgraph.model import Kind
from icdgraph.similarity.information import CONTENTS
from icdgraph.similarity.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.codegraph import CodeGraph
    from icdgraph.similarity.similarity import Match


@command()
@click.argument("code")
@click.option(
    "-n",
    "--limit",
    "limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How many to print.",
)
@click.option(
    "--measure",
    type=click.Choice(list(MEASURES), case_sensitive=False),
    default="lin",
    show_default=True,
    help="How to measure; the first four count levels, the others ask content.",
)
@click.option(
    "--content",
    type=click.Choice(list(CONTENTS), case_sensitive=False),
    help="The information content that the measure asks.  [default: sanchez]",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind], case_sensitive=False),
    help="Look among nodes of this kind, not billable codes; may be given again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_graph
def similar(
    graph: CodeGraph,
    code: str,
    limit: int,
    measure: str,
    content: str | None,
    kinds: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print the billable codes most similar to CODE by their place in the hierarchy.

    The closest comes first, and equals in the order of the book.  "lin" goes from 0, in
    another chapter, to 1.

    \b
    Example:
      icdgraph similar M54.50
      icdgraph similar M54 -n 5 --measure path --kind category
    """
    among = list(graph.nodes(*map(Kind, kinds))) if kinds else None
    similarity = graph.similarity(measure, content)
    found = similarity.most_similar(graph[code], limit, among)
    if as_json:
        print_json([match.record() for match in found])
    else:
        print_lines(_lines(found))


def _lines(matches: Iterable[Match]) -> Iterator[str]:
    for match in matches:
        yield f"{match.value:5.3f}  {match.node.code:8}  {match.node.title}"
