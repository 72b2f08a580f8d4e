"""``icdgraph query``: SPARQL over the graph, or over an endpoint."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, open_graph, release_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.progress import Progress
    from icdgraph.rdf.results import Answer

ROWS = ("table", "csv", "tsv", "json")
TRIPLES = ("turtle", "jsonld")


@command()
@click.argument("text", required=False)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path, allow_dash=True),
    help="A file that holds the query; - is stdin.",
)
@click.option("--name", help="A named query; see --list.")
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="K=V",
    help="A parameter of the named query; may be given more than once.",
)
@click.option("--list", "listing", is_flag=True, help="Print the named queries.")
@click.option(
    "--format",
    "form",
    type=click.Choice([*ROWS, *TRIPLES]),
    help="For rows: table (the default), csv, tsv or json; for triples: turtle (the "
    "default) or jsonld.",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead.")
@click.option(
    "--graph",
    "graphs",
    multiple=True,
    metavar="IRI",
    help="A named graph of the endpoint to ask in place of its default graph.",
)
@click.option("--timeout", type=click.FloatRange(min=0.1), help="Seconds to wait.")
@click.option("--limit", type=click.IntRange(min=1), help="Rows to print.")
@release_option
def query(
    text: str | None,
    file: Path | None,
    name: str | None,
    parameters: tuple[str, ...],
    listing: bool,
    form: str | None,
    endpoint: str | None,
    graphs: tuple[str, ...],
    timeout: float | None,
    limit: int | None,
    release: str,
) -> None:
    """Answer the SPARQL query TEXT, one in a file, or a named one.

    SELECT, ASK, CONSTRUCT and DESCRIBE; the prefixes ICD10CM, ig, skos, xkos, rdfs,
    owl, xsd, dct and a few more are bound.  The store is built on first use, which
    takes some seconds, and kept in the cache.

    \b
    Example:
      icdgraph query 'SELECT ?code ?title {
        ?code skos:broader+ ICD10CM:M54 ; skos:prefLabel ?title }'
      icdgraph query --list
      icdgraph query --name never-with --param code=M54.50 --format csv
    """
    from icdgraph.rdf import ask

    if listing:
        click.echo(listed(), nl=False)
        return
    if sum(given is not None for given in (text, file, name)) != 1:
        raise click.UsageError("One of TEXT, --file and --name is needed.")
    if file:
        is_stdin = str(file) == "-"
        text = sys.stdin.read() if is_stdin else file.read_text("utf-8-sig")
    if graphs and not endpoint:
        raise click.UsageError("--graph goes with --endpoint.")
    graph = open_graph(release)
    pairs = dict(_pair(parameter) for parameter in parameters)
    with store_progress() as progress, stopped_at(None if endpoint else timeout):
        wait = timeout if endpoint else None
        answer = ask(
            graph.core, text, name, endpoint, wait, limit, pairs, progress, graphs
        )
    if endpoint and not graphs and not isinstance(answer, bool) and not len(answer):
        from icdgraph.rdf.vocabulary import release_iri

        click.echo(
            "icdgraph: nothing found in the endpoint's default graph; --graph "
            f"{release_iri(graph.core)} asks the release where load-endpoint puts it",
            err=True,
        )
    click.echo(printed(answer, form), nl=False)


def listed() -> str:
    """Return the named queries, a line each: name, question, parameters."""
    from icdgraph.rdf.named_queries import queries

    found = queries().values()
    width = max(len(query.name) for query in found)
    return "".join(
        f"{query.name:{width}}  {query.question}"
        + "".join(f"  {p.name}={p.default}" for p in query.parameters)
        + "\n"
        for query in found
    )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"{text!r} is not a parameter; K=V would be right.")
    return key, value


@contextmanager
def store_progress() -> Iterator[Progress]:
    """Show a bar on stderr while a store is built, and nothing where there is one."""
    bar = None

    def progress(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            label = "building the store"
            bar = click.progressbar(length=total, label=label, file=sys.stderr)
            bar.__enter__()
        bar.update(done - bar.pos)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)


@contextmanager
def stopped_at(timeout: float | None) -> Iterator[None]:
    """Let Ctrl-C, and the end of *timeout* seconds, stop a query that is running.

    The engine cannot be interrupted, and Python would see neither before it returns;
    so the whole process is ended, which for a command that only reads is harmless.
    """

    def end() -> None:
        sys.stderr.write(
            f"icdgraph: the query took longer than {timeout:g} s and was stopped; "
            "a simpler query or a larger --timeout would be right\n"
        )
        sys.stderr.flush()
        os._exit(2)

    watch = threading.Timer(timeout, end) if timeout else None
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    if watch:
        watch.daemon = True
        watch.start()
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if watch:
            watch.cancel()


def printed(answer: Answer, form: str | None) -> str:
    """Return *answer* in the format *form*, ended by a line feed."""
    from icdgraph.rdf.results import Table, Triples

    if isinstance(answer, Triples):
        if form in ROWS:
            raise click.UsageError(
                f"A query for triples has no rows to print as {form}."
            )
        return answer.jsonld() if form == "jsonld" else answer
    if form in TRIPLES:
        raise click.UsageError(f"{form} is for triples: CONSTRUCT and DESCRIBE.")
    if isinstance(answer, Table):
        if answer.is_cut:
            click.echo(f"icdgraph: cut after {len(answer):,} rows", err=True)
        if form == "json":
            return answer.json() + "\n"
        if form in ("csv", "tsv"):
            return answer.csv("\t" if form == "tsv" else ",")
        return answer.text() + "\n"
    return json.dumps(answer) + "\n"
