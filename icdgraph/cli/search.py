"""``icdgraph search``: the codes that words mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, records_options, with_graph
from icdgraph.cli.output import print_json, print_records
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
    help="The number of results to print at most.",
)
@click.option("--under", metavar="CODE", help="Only CODE and everything below it.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind], case_sensitive=False),
    help="Only nodes of this kind; can be given more than once.",
)
@click.option(
    "--billable/--header",
    default=None,
    help="Only billable codes, or only headers.",
)
@records_options
@with_graph
def search(
    graph: CodeGraph,
    text: tuple[str, ...],
    limit: int,
    under: str | None,
    kinds: tuple[str, ...],
    billable: bool | None,
    as_json: bool,
    as_lines: bool,
) -> None:
    """Find the codes that TEXT means, the most likely ones first.

    TEXT is a code, the start of a code, or words: in any order, misspelled, British,
    abbreviated. Billable codes have an asterisk. If another wording than the title
    matched, it follows in brackets, with the code that has it.

    Of the codes that differ only by a 7th character, one is printed: the one whose
    meaning TEXT has ("sequela", "open"), otherwise the first. Words that were not read
    as typed are reported on stderr.

    \b
    Example:
      icdgraph search low back pain
      icdgraph search "heart attack" --billable --limit 3
      icdgraph search fracture sequela --under S52
    """
    results = graph.search(" ".join(text), limit, under, kinds or None, billable)
    if as_json:
        print_json(results.record())
    elif as_lines:
        print_records(results.records(), False, True)
    else:
        _print(results)


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
