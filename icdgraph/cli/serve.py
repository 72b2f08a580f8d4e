"""``icdgraph serve``: the explorer in the browser, linked data, SPARQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.terminal import progress as progress_bar
from icdgraph.cli.terminal import remark

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8010,
    show_default=True,
    help="The port; 0 for any free port.",
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
    help="Queries that run at the same time, each in its own process.",
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="Another name that the server answers to, such as that of a proxy.",
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

    \b
    /              search
    /M54.50        the page of a code; with an Accept header or a suffix
                   (.ttl, .jsonld, .json) data about it
    /tree          the hierarchy
    /compare       a check of codes that are reported together
    /sparql        the SPARQL 1.1 endpoint, and in a browser a page for queries
    /api/openapi.json   the description of the JSON side

    Everything is read-only and loads nothing from other machines.  Only this machine
    can reach the server, unless --host changes that.

    \b
    Example:
      icdgraph serve --port 8010
      curl -H 'Accept: text/turtle' http://127.0.0.1:8010/M54.50
      curl -H 'Accept: text/csv' http://127.0.0.1:8010/sparql --data-urlencode \\
        'query=SELECT ?title { ICD10CM:M54.50 skos:prefLabel ?title }'
    """
    from icdgraph.web import server

    def ready(address: str) -> None:
        remark(f"explorer at {address} (stop with Ctrl-C)")
        remark(f"SPARQL at {address}sparql")
        if not server.is_loopback(host):
            remark("other machines can reach it")

    with progress_bar("building the RDF store, once") as progress:
        server.serve(
            graph.core, host, port, timeout, limit, workers, progress, ready, names
        )
