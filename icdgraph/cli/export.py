"""``icdgraph export``: the graph as files for other tools."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli.options import command, output_option, split, with_graph
from icdgraph.cli.output import announce

if TYPE_CHECKING:
    from pathlib import Path

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
    help="For RDF: full is everything, skos is SKOS for thesaurus tools such as "
    "Skosmos, owl is OWL classes for ontology tools such as OLS and Protege.",
)
@click.option(
    "--root",
    metavar="CODE",
    help="Only CODE, the nodes below it and its ancestors. A network has no ancestors, "
    "but every edge that starts or ends at CODE or below it.",
)
@click.option(
    "--context",
    type=click.Choice(CONTEXTS),
    default="icdgraph",
    show_default=True,
    help="For JSON-LD: use the keys of icdgraph, or those of WHO's ICD API.",
)
@click.option(
    "--relations",
    metavar="NAMES",
    help="For a network: only these relations, separated by commas: parent, excludes1, "
    "excludes2, use-additional, code-first, code-also, synonym; or conflicts alone: "
    "groups of codes with the same Excludes1 conflicts.  [default: all but synonym and "
    "conflicts]",
)
@click.option(
    "--inherited",
    is_flag=True,
    help="For a network: repeat each note at every node that it applies to. For the "
    "whole graph, this makes 6 million edges.",
)
@click.option(
    "--isolated",
    is_flag=True,
    help="For a network: include nodes that have no edge of the chosen relations.",
)
@output_option("Write to FILE instead of stdout.")
@with_graph
def export(
    graph: CodeGraph,
    form: str,
    root: str | None,
    relations: str | None,
    output: Path | None,
    **options: Any,
) -> None:
    """Write the graph, or a part of it, as RDF or as a network.

    FORMAT is turtle, trig, ntriples, nquads, rdfxml or jsonld for RDF, and graphml,
    gexf or nodelink (node-link JSON) for a network. The same release always gives the
    same bytes.

    \b
    Examples:
      icdgraph export turtle -o icd10cm.ttl
      icdgraph export jsonld --root M54 -o M54.jsonld
      icdgraph export rdfxml --profile owl -o icd10cm.owl
      icdgraph export graphml --relations excludes1,code-first -o notes.graphml
      icdgraph export nodelink --relations conflicts -o conflicts.json
    """
    from icdgraph.export import formats

    node = None if root is None else graph[root]
    options["relations"] = split(relations)
    if output is None:
        sys.stdout.writelines(formats.pieces(graph.core, form, node, **options))
    else:
        announce(formats.export(graph.core, form, output, node, **options))
