"""``icdgraph load-endpoint``: the graph into a SPARQL endpoint."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.codegraph import CodeGraph
    from icdgraph.progress import Progress

PASSWORD = "ICDGRAPH_PASSWORD"


@command("load-endpoint")
@click.argument("url")
@click.option(
    "--graph",
    "name",
    metavar="IRI",
    help="The named graph to fill; by default, that of the release.",
)
@click.option(
    "--store",
    metavar="URL",
    help="The graph store; by default, where Oxigraph and Virtuoso have theirs.",
)
@click.option("--user", help="Who loads, where the store wants to know.")
@click.option(
    "--password-env",
    "variable",
    default=PASSWORD,
    show_default=True,
    metavar="NAME",
    help="The environment variable that holds the password.",
)
@with_graph
def load_endpoint(
    graph: CodeGraph,
    url: str,
    name: str | None,
    store: str | None,
    user: str | None,
    variable: str,
) -> None:
    """Put the graph into the SPARQL endpoint URL, in place of what was there.

    URL is the address for queries.  The graph store is written to by the SPARQL 1.1
    Graph Store HTTP Protocol, in pieces; docs/endpoints.md has the steps for each
    engine, and a faster way for some.

    \b
    Example:
      oxigraph serve --location icd --bind localhost:7878
      icdgraph load-endpoint http://localhost:7878/query
      ICDGRAPH_PASSWORD=dba icdgraph load-endpoint --user dba \\
        http://localhost:8890/sparql
    """
    from icdgraph.rdf.endpoint_loader import load

    login = (user, _password(variable)) if user else None
    start = time.perf_counter()
    with _bar(f"loading {url}") as progress:
        loaded = load(
            graph.core, url, store=store, name=name, login=login, progress=progress
        )
    seconds = time.perf_counter() - start
    replaced = f", in place of {loaded.before:,}" if loaded.before else ""
    click.echo(f"{loaded.triples:,} triples in <{loaded.graph}>{replaced}")
    click.echo(f"loaded in {seconds:.0f} s", err=True)


def _password(variable: str) -> str:
    password = os.environ.get(variable)
    if password is None:
        raise click.UsageError(
            f"The environment variable {variable} must hold the password of --user."
        )
    return password


@contextmanager
def _bar(label: str) -> Iterator[Progress]:
    """Show on stderr how far it is."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield progress
