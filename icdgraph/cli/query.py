"""``icdgraph query``: SPARQL over the graph."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import with_graph
from icdgraph.rdf.results import Answer, Table, Triples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import CodeGraph
    from icdgraph.rdf.stores import Progress


@click.command()
@click.argument("text")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "tsv", "json"]),
    default="table",
    show_default=True,
    help="How to print rows; triples are printed as Turtle.",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@with_graph
def query(graph: CodeGraph, text: str, form: str) -> None:
    """Answer the SPARQL query TEXT.

    The prefixes ICD10CM, ig, skos, xkos, rdfs, owl, xsd and dct are bound.  The store
    is built on first use, which takes some seconds, and kept in the cache.

    \b
    Example:
      icdgraph query 'SELECT ?code ?title {
        ?code skos:broader+ ICD10CM:M54 ; skos:prefLabel ?title }'
    """
    from icdgraph.rdf.query import query as ask

    with store_progress() as progress:
        answer = ask(graph, text, progress)
    click.echo(printed(answer, form), nl=False)


@contextmanager
def store_progress() -> Iterator[Progress]:
    """Show a bar on stderr while a store is built, and nothing where there is one."""
    import sys

    from click import progressbar

    bar = None

    def progress(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            bar = progressbar(length=total, label="building the store", file=sys.stderr)
            bar.__enter__()
        bar.update(done - bar.pos)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)


def printed(answer: Answer, form: str) -> str:
    """Return *answer* in the format *form*, ended by a line feed."""
    if isinstance(answer, Triples):
        return answer
    if isinstance(answer, Table):
        if form == "table":
            return answer.text() + "\n"
        if form == "json":
            return answer.json() + "\n"
        return answer.csv("\t" if form == "tsv" else ",")
    return json.dumps(answer) + "\n"
