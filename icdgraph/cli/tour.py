"""``icdgraph tour``: the whole way from the official file to a picture."""

from __future__ import annotations

import shlex
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, open_graph, release_option
from icdgraph.cli.output import announce, save
from icdgraph.cli.query import printed, store_progress
from icdgraph.explain.card_text import text

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = "M54.50"
QUERY = (
    "SELECT ?code ?title ?words ?printedAt { "
    "ICD10CM:M54.50 skos:broader* ?owner . "
    "?owner ig:note ?note ; skos:notation ?printedAt . "
    "?note a ig:Excludes1Note ; xkos:plainText ?words ; ig:target ?target . "
    "?target skos:notation ?code ; skos:prefLabel ?title } ORDER BY ?code"
)


@command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("exports"),
    show_default=True,
    help="Where to write.",
)
@release_option
def tour(folder: Path, release: str) -> None:
    """Build the graph, show a card, answer a query, write files and a picture.

    Each step says what it did, how long it took, and what command does just that.

    \b
    Example:
      icdgraph tour --folder exports
    """
    from icdgraph.export import formats
    from icdgraph.rdf.query import query

    with _step("Read the Tabular List, link its notes, build the graph", "coverage"):
        graph = open_graph(release)
        click.echo(repr(graph))
    node = graph[CODE]
    with _step(f"Everything the classification says of {CODE}", f"show {CODE}"):
        click.echo(text(node))
    with _step("What people call it: lumbago", "search lumbago"):
        click.echo("\n".join(graph.search("lumbago", limit=3).lines("", "")))
    together = [CODE, "F45.41"]
    with _step("Two codes together on a claim", f"check {' '.join(together)}"):
        click.echo(graph.check(together).text())
    question = "A question in SPARQL: what its notes say may never be coded with it"
    with _step(question, f"query {shlex.quote(QUERY)}"):
        with store_progress() as progress:
            answer = query(graph.core, QUERY, progress)
        click.echo(printed(answer, "table"), nl=False)
    turtle, jsonld = folder / "icd10cm.ttl", folder / "icd10cm.jsonld"
    with _step("The whole graph as Turtle", f"export turtle -o {turtle}"):
        announce(formats.export(graph.core, "turtle", turtle))
    with _step("The whole graph as JSON-LD", f"export jsonld -o {jsonld}"):
        announce(formats.export(graph.core, "jsonld", jsonld))
    picture = folder / f"{CODE}.html"
    with _step("Its surroundings as an interactive page", f"draw {CODE} -o {picture}"):
        save(picture, graph.draw(node).page())
    click.echo(f"\nOpen {picture} in a browser.  Next: icdgraph --help")


@contextmanager
def _step(what: str, command: str) -> Iterator[None]:
    """Announce a step, and say how long it took and how to take it alone."""
    click.secho(f"\n== {what}", bold=True)
    start = time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    click.secho(f"   {seconds:.2f} s.  This step alone: icdgraph {command}", dim=True)
