"""``icdgraph query``: SPARQL over the graph, or over an endpoint."""

from __future__ import annotations

import math
import warnings
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, form_options, open_graph, release_option
from icdgraph.cli.output import (
    json_lines,
    json_text,
    print_lines,
    print_records,
    read_text,
)
from icdgraph.errors import QueryWarning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.cli.terminal import Piece
    from icdgraph.rdf.results import Answer, Value

ROWS = ("table", "csv", "tsv", "json", "jsonl")
TRIPLES = ("turtle", "jsonld")

TIMEOUT = 60.0
"""Seconds that a query may take by default."""


@command()
@click.argument("text", required=False)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path, allow_dash=True),
    help="Read the query from a file; - is stdin.",
)
@click.option("--name", metavar="NAME", help="Answer this named query.")
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a parameter of the named query. Can be repeated.",
)
@click.option("--list", "listing", is_flag=True, help="List the named queries.")
@click.option(
    "--format",
    "form",
    type=click.Choice([*ROWS, *TRIPLES]),
    help="The output format. By default, rows are printed as a table, and triples as "
    "turtle.",
)
@click.option("--endpoint", metavar="URL", help="Query this SPARQL endpoint.")
@click.option(
    "--graph",
    "graphs",
    multiple=True,
    metavar="IRI",
    help="Query this named graph of the endpoint instead of its default graph. Can be "
    "repeated.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="Stop the query after this time. 0 means no limit.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Print at most N rows or triples.",
)
@form_options("json", "jsonl")
@release_option
def query(
    text: str | None,
    file: Path | None,
    name: str | None,
    parameters: tuple[str, ...],
    listing: bool,
    form: str,
    endpoint: str | None,
    graphs: tuple[str, ...],
    timeout: float,
    limit: int | None,
    release: str,
) -> None:
    """Answer a SPARQL query: TEXT, a query in a file, or a named query.

    Queries can be SELECT, ASK, CONSTRUCT or DESCRIBE; the graph is read-only. The
    prefixes ICD10CM, ig, skos, xkos, rdfs, owl, xsd and dct are predefined. A query is
    stopped after 60 seconds (see --timeout), or if it needs more than 2 GB of memory.
    The first query builds the RDF store, which takes some seconds.

    \b
    Examples:
      icdgraph query 'SELECT ?code ?title {
        ?code skos:broader+ ICD10CM:M54 ; skos:prefLabel ?title }'
      icdgraph query --list
      icdgraph query --name never-with --param code=M54.50 --format csv
    """
    from icdgraph.rdf import ask
    from icdgraph.rdf.vocabulary import release_iri

    if listing:
        _print_named_queries(form)
        return
    if sum(source is not None for source in (text, file, name)) != 1:
        raise click.UsageError("Give a query as TEXT, with --file or with --name.")
    if file:
        text = read_text(file)
    if graphs and not endpoint:
        raise click.UsageError("--graph requires --endpoint.")
    graph = open_graph(release).core
    with (
        _warnings_told(),
        terminal.progress("building the RDF store, once") as progress,
    ):
        answer = ask(
            graph,
            text,
            name,
            endpoint,
            timeout or math.inf,
            limit,
            dict(_pair(parameter) for parameter in parameters),
            progress,
            graphs,
        )
    _print_answer(answer, form, release_iri(graph))
    if endpoint and not graphs and not isinstance(answer, bool) and not len(answer):
        terminal.remark(
            "no result in the default graph of the endpoint. To query the graph that "
            f"load-endpoint fills, add: --graph {release_iri(graph)}"
        )


@contextmanager
def _warnings_told() -> Iterator[None]:
    """Print what `ask` warns of as remarks."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", QueryWarning)
        yield
    for warning in caught:
        terminal.remark(str(warning.message))


def _print_named_queries(form: str) -> None:
    """Print the named queries by group: name, question and parameters."""
    from icdgraph.rdf.named_queries import by_group

    groups = by_group()
    known = [query for group in groups.values() for query in group]
    if form in ("json", "jsonl"):
        print_records(form, map(asdict, known))
        return
    if form != "text":
        raise click.UsageError(f"--list cannot be printed as {form}. Use --json.")
    width = max(len(query.name) for query in known)
    for group, members in groups.items():
        terminal.line((group, terminal.HEADING))
        for query in members:
            defaults = "".join(f"  {p.name}={p.default}" for p in query.parameters)
            name = f"  {query.name:{width}}  {query.question}"
            terminal.line(name, terminal.dim(defaults), hang=width + 4)


def _print_answer(answer: Answer, form: str, base: str) -> None:
    """Print *answer* in the format *form*; ``text`` is the default one of its kind.

    In a table, IRIs below that of the release, *base*, are shown relative to it.
    """
    from icdgraph.rdf.results import Table, Triples

    if isinstance(answer, Triples):
        if form in ROWS:
            raise click.UsageError(
                f"The answer is triples, which cannot be printed as {form}. Use "
                "--format turtle or jsonld."
            )
        click.echo(answer.jsonld() if form == "jsonld" else str(answer), nl=False)
        if answer.is_cut:
            terminal.remark(f"only the first {len(answer):,} triples were printed")
        return
    if form in TRIPLES:
        raise click.UsageError(
            f"The answer has no triples to print as {form}. Use CONSTRUCT or DESCRIBE."
        )
    if not isinstance(answer, Table):
        click.echo(json_text(answer))
        return
    if form == "json":
        click.echo(answer.json())
    elif form == "jsonl":
        print_lines(json_lines(row.as_dict() for row in answer))
    elif form in ("csv", "tsv"):
        click.echo(answer.csv("\t" if form == "tsv" else ","), nl=False)
    else:
        rows = [[_cell(value, base) for value in row] for row in answer]
        terminal.table(answer.variables, rows)
    if answer.is_cut:
        terminal.remark(f"only the first {len(answer):,} rows were printed")


def _cell(value: Value, base: str) -> Piece:
    """Return *value* for a table: IRIs as codes, or as prefixed names."""
    from icdgraph.rdf.results import Iri, short

    if not isinstance(value, Iri):
        return short(value).replace("\n", " ")
    prefix, _, local = value.short.partition(":")
    if prefix == "ICD10CM":
        return terminal.code(local)
    return value.short.replace(f"<{base}/", "<")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"Invalid --param {text!r}: expected NAME=VALUE.")
    return name, value
