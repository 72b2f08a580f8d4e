"""``icdgraph serve``: the explorer in the browser, linked data, SPARQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, with_graph

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8010,
    show_default=True,
    metavar="PORT",
    help="The port, or 0 for any free one.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1, max=86_400),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Stop a query after this time, or after the timeout that it asks for.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100_000,
    show_default=True,
    metavar="ROWS",
    help="Refuse a query whose answer has more rows.",
)
@click.option(
    "--workers",
    "count",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    metavar="N",
    help="Run up to N queries at the same time, each in its own process. Half of them "
    "are kept for short queries.",
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="Accept requests for this host name, such as that of a proxy.",
)
@with_graph
def serve(graph: CodeGraph, host: str, **options: Any) -> None:
    """Serve the explorer for the browser, linked data and a SPARQL endpoint.

    \b
    /                   search
    /M54.50             the page of a code, or its data: use an Accept header,
                        or a suffix such as .ttl, .jsonld or .json
    /tree               the hierarchy
    /compare            a check of codes that are reported together
    /ontology           the vocabulary, and /release/... the release and its notes
    /sparql             the SPARQL 1.1 endpoint; in a browser, a page for queries
    /api/openapi.json   the description of the JSON API

    The server is read-only, and its pages work offline. By default, only this machine
    can reach it; see --host. Ctrl-C stops it.

    \b
    Examples:
      icdgraph serve --port 8010
      curl -H 'Accept: text/turtle' http://127.0.0.1:8010/M54.50
      curl -H 'Accept: text/csv' http://127.0.0.1:8010/sparql --data-urlencode \\
        'query=SELECT ?title { ICD10CM:M54.50 skos:prefLabel ?title }'
    """
    from icdgraph.web import server

    def ready(address: str) -> None:
        terminal.remark(f"explorer at {address} (stop with Ctrl-C)")
        terminal.remark(f"SPARQL at {address}sparql")
        if not server.is_loopback(host):
            terminal.remark("other machines can reach it")

    with terminal.progress("building the RDF store, once") as progress:
        server.serve(graph.core, host, progress=progress, ready=ready, **options)
