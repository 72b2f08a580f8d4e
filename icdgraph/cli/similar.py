"""``icdgraph similar``: the codes most similar to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, form_options, kind_option, with_graph
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
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="Print at most N codes.",
)
@click.option(
    "--measure",
    type=click.Choice(list(MEASURES), case_sensitive=False),
    default="lin",
    show_default=True,
    help="The measure of similarity. The first four use the depth in the hierarchy, "
    "the others use information content.",
)
@click.option(
    "--content",
    type=click.Choice(list(CONTENTS), case_sensitive=False),
    help="The formula for information content.  [default: sanchez]",
)
@kind_option(
    Kind,
    "Compare with nodes of this kind, not with billable codes: chapter, section, "
    "category, subcategory or code. Can be repeated.",
)
@form_options("json", "jsonl")
@with_graph
def similar(
    graph: CodeGraph,
    code: str,
    limit: int,
    measure: str,
    content: str | None,
    kinds: tuple[str, ...],
    form: str,
) -> None:
    """Print the billable codes most similar to CODE by their place in the hierarchy.

    The most similar code comes first; equally similar codes are in book order. With
    the measure "lin", a code has similarity 1 to itself and 0 to codes of other
    chapters.

    \b
    Examples:
      icdgraph similar M54.50
      icdgraph similar M54 -n 5 --measure path --kind category
    """
    among = list(graph.nodes(*map(Kind, kinds))) if kinds else None
    similarity = graph.similarity(measure, content)
    matches = similarity.most_similar(graph[code], limit, among)
    if form != "text":
        print_records(form, (match.record() for match in matches))
        return
    for match in matches:
        name = terminal.code(f"{match.node.code:8}")
        terminal.line(f"{match.value:5.3f}  ", name, f"  {match.node.title}", hang=17)
