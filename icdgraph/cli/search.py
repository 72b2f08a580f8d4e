"""``icdgraph search``: the codes that words mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, form_options, kind_option, with_graph
from icdgraph.cli.output import print_records
from icdgraph.model import Kind

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph
    from icdgraph.search import SearchResults


@command()
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@click.option(
    "--limit",
    default=10,
    show_default=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="Print at most N results.",
)
@click.option("--under", metavar="CODE", help="Only CODE and everything below it.")
@kind_option(
    Kind,
    "Only nodes of this kind: chapter, section, category, subcategory or code. Can be "
    "repeated.",
)
@click.option(
    "--billable/--header",
    default=None,
    help="Only billable codes, or only headers.",
)
@form_options("json", "jsonl")
@with_graph
def search(
    graph: CodeGraph,
    text: tuple[str, ...],
    kinds: tuple[str, ...],
    form: str,
    **filters: Any,
) -> None:
    """Find codes by words, the most likely first.

    TEXT is a code, the start of a code, or words in any order, in American or British
    spelling. How misspellings and common abbreviations were read is reported on
    stderr. Billable codes have an asterisk. If TEXT matched a synonym or an index
    entry instead of the title, it is shown in brackets.

    Of the codes that differ only in the 7th character, one is shown: the one that TEXT
    asks for ("sequela", "open"), or else the first.

    \b
    Examples:
      icdgraph search low back pain
      icdgraph search "heart attack" --billable --limit 3
      icdgraph search fracture sequela --under S52
    """
    results = graph.search(" ".join(text), kind=kinds or None, **filters)
    if form == "text":
        _print(results)
    else:
        print_records(form, results.records(), results.record())


def _print(results: SearchResults) -> None:
    for remark in results.remarks():
        terminal.remark(remark)
    width = max((len(result.name) for result in results), default=0)
    for result in results:
        description = (
            (text, "bold") if is_match else text
            for text, is_match in result.description()
        )
        terminal.line(terminal.code(f"{result.name:<{width}}"), "  ", *description)
    if not results:
        terminal.remark("no results")
