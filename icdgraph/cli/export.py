"""``icdgraph export``: the graph as files for other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import announce

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph

# icdgraph.export has them too, but takes time to import; a test compares them.
FORMS = ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld")
NETWORKS = ("graphml", "gexf", "nodelink")
PROFILES = ("full", "skos", "owl")
CONTEXTS = ("icdgraph", "who")


@command()
@click.argument("form", type=click.Choice((*FORMS, *NETWORKS)), metavar="FORMAT")
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="full",
    show_default=True,
    help="For RDF: everything, plain SKOS for thesaurus tools such as Skosmos, or OWL "
    "classes for ontology tools such as OLS and Protege.",
)
@click.option(
    "--root", metavar="CODE", help="Only CODE, what is below it and what is above it."
)
@click.option(
    "--context",
    type=click.Choice(CONTEXTS),
    default="icdgraph",
    show_default=True,
    help="For JSON-LD: keys of icdgraph, or those of WHO's ICD-API.",
)
@click.option(
    "--relations",
    metavar="NAMES",
    help="For a network: relations, separated by commas. By default parent, excludes1, "
    "excludes2, use-additional, code-first and code-also; synonym is possible too.",
)
@click.option(
    "--inherited",
    is_flag=True,
    help="For a network: write a note at every node that it applies to, not only where "
    "it is defined. For the whole graph, that makes 6 million edges.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; by default stdout.",
)
@with_graph
def export(
    graph: CodeGraph,
    form: str,
    profile: str,
    root: str | None,
    context: str,
    relations: str | None,
    inherited: bool,
    output: Path | None,
) -> None:
    """Write the graph, or a part of it, as RDF or as a network.

    RDF formats: turtle, trig, ntriples, nquads, rdfxml, jsonld.  Network formats:
    graphml, gexf, nodelink (node-link JSON); in a network, --root selects CODE, what is
    below it, and every edge that starts or ends there.  The same release gives the same
    bytes.

    \b
    Example:
      icdgraph export turtle -o icd10cm.ttl
      icdgraph export jsonld --root M54 -o M54.jsonld
      icdgraph export rdfxml --profile owl -o icd10cm.owl
      icdgraph export graphml --relations excludes1,code-first -o notes.graphml
    """
    from icdgraph.export import formats

    node = None if root is None else graph[root]
    names = None
    if relations is not None:
        names = [name.strip() for name in relations.split(",")]
    options = profile, context, names, inherited
    if output is None:
        sys.stdout.writelines(formats.pieces(graph.core, form, node, *options))
    else:
        announce(formats.export(graph.core, form, output, node, *options))
