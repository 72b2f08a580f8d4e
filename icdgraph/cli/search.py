"""``icdgraph search``: the codes that words mean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import print_json
from icdgraph.model import Kind

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph
    from icdgraph.search import Found


@command()
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@click.option(
    "--limit",
    default=10,
    show_default=True,
    type=click.IntRange(min=1),
    help="Results to print at most.",
)
@click.option("--under", metavar="CODE", help="Only what stands at or below CODE.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind], case_sensitive=False),
    help="Only nodes of this kind; may be given more than once.",
)
@click.option(
    "--billable/--header",
    default=None,
    help="Only codes that may stand on a claim, or only those that may not.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--jsonl", "as_lines", is_flag=True, help="Print a JSON record a line.")
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
    """Find what TEXT means, the likeliest first.

    TEXT is a code or its beginning, or words as people say them: in any order,
    misspelt, British, abbreviated.  Billable codes are marked with an asterisk; in
    brackets stands the wording that matched, and where it is printed if elsewhere.

    Of codes made by a 7th character one is shown for all: the one whose meaning TEXT
    has ("sequela", "open"), else the first.  What was not read as it was typed is said
    on stderr.

    \b
    Example:
      icdgraph search low back pain
      icdgraph search "heart attack" --billable --limit 3
      icdgraph search fracture sequela --under S52
    """
    found = graph.search(" ".join(text), limit, under, kinds or None, billable)
    if as_json:
        print_json(found.record())
    elif as_lines:
        for record in found.records():
            click.echo(json.dumps(record, ensure_ascii=False))
    else:
        _print(found)


def _print(found: Found) -> None:
    for remark in found.remarks():
        click.echo(remark, err=True)
    # click takes the marks off again where stdout is not a terminal.
    bold, plain = "\x1b[1m", "\x1b[22m"
    for line in found.lines(bold, plain):
        click.echo(line)
    if not found:
        click.echo("nothing found", err=True)
