"""``icdgraph load-endpoint``: load the graph into a SPARQL endpoint."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, with_graph

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph

PASSWORD = "ICDGRAPH_PASSWORD"


@command("load-endpoint")
@click.argument("url")
@click.option(
    "--graph",
    "name",
    metavar="IRI",
    help="The named graph to load into.  [default: the IRI of the release]",
)
@click.option(
    "--store",
    metavar="URL",
    help="The address of the graph store. Not needed for Oxigraph and Virtuoso.",
)
@click.option(
    "--user",
    metavar="NAME",
    help="The user, if the store requires a login. The password is "
    "in the environment variable ICDGRAPH_PASSWORD.",
)
@with_graph
def load_endpoint(
    graph: CodeGraph,
    url: str,
    name: str | None,
    store: str | None,
    user: str | None,
) -> None:
    """Load the graph into the SPARQL endpoint at URL.

    The content of the named graph is replaced. URL is the address for queries. The
    data is sent with the SPARQL 1.1 Graph Store HTTP Protocol. docs/endpoints.md has
    the steps for each engine, and faster ways for some.

    \b
    Examples:
      oxigraph serve --location icd --bind localhost:7878
      icdgraph load-endpoint http://localhost:7878/query
      ICDGRAPH_PASSWORD=dba icdgraph load-endpoint --user dba \\
        http://localhost:8890/sparql
    """
    from icdgraph.rdf.endpoint_loader import load

    password = os.environ.get(PASSWORD)
    if user is not None and password is None:
        raise click.UsageError(
            f"--user requires a password. Set the environment variable {PASSWORD}."
        )
    login = (user, password) if user is not None and password is not None else None
    start = time.perf_counter()
    with terminal.progress(f"loading {url}") as progress:
        loaded = load(
            graph.core, url, store=store, name=name, login=login, progress=progress
        )
    replaced = f", replacing {loaded.before:,}" if loaded.before else ""
    click.echo(f"{loaded.triples:,} triples in <{loaded.graph}>{replaced}")
    terminal.remark(f"loaded in {time.perf_counter() - start:.0f} s")
