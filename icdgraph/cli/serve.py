"""``icdgraph serve``: the explorer in the browser, linked data, SPARQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.errors import MissingExtra

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8010,
    show_default=True,
    help="The port; 0 for any that is free.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1, max=86_400),
    default=30.0,
    show_default=True,
    help="Seconds after which a query is stopped.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100_000,
    show_default=True,
    help="Rows of the longest answer; a longer one is refused.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Queries that run at a time, each in a process of its own.",
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="A name to answer to beside those of loopback, as behind a proxy.",
)
@with_graph
def serve(
    graph: CodeGraph,
    host: str,
    port: int,
    timeout: float,
    limit: int,
    workers: int,
    names: tuple[str, ...],
) -> None:
    """Serve the explorer in the browser, linked data and SPARQL, until Ctrl-C.

    / searches, /M54.50 is the page of a code and, by its Accept header or a suffix
    (/M54.50.ttl, .jsonld, .json), its data; /tree is the hierarchy, /compare checks
    codes together, /sparql speaks the SPARQL 1.1 Protocol, /api/openapi.json describes
    the rest.  All of it is read-only, asks no other machine, and can be reached from
    this machine alone unless --host says otherwise.

    \b
    Example:
      icdgraph serve --port 8010
      curl -H 'Accept: text/turtle' http://127.0.0.1:8010/M54.50
      curl -H 'Accept: text/csv' http://127.0.0.1:8010/sparql --data-urlencode \\
        'query=SELECT ?title { ICD10CM:M54.50 skos:prefLabel ?title }'
    """
    from icdgraph.cli.query import store_progress

    try:
        from icdgraph.web import hosts, server
    except ModuleNotFoundError as exc:
        if (exc.name or "").startswith("icdgraph"):
            raise
        raise MissingExtra(
            f"serving needs {exc.name}, which is not installed; "
            'pip install "icdgraph[web]" would be right'
        ) from exc

    def ready(address: str) -> None:
        click.echo(f"icdgraph: explorer at {address}; Ctrl-C stops", err=True)
        click.echo(f"icdgraph: SPARQL at {address}sparql", err=True)
        if not hosts.is_loopback(host):
            click.echo("icdgraph: other machines can ask as well", err=True)

    with store_progress() as progress:
        server.serve(
            graph.core, host, port, timeout, limit, workers, progress, ready, names
        )
