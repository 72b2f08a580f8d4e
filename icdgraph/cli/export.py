"""``icdgraph export``: files for other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import announce

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph

# The tables of icdgraph.export have them too, but take time to import; a test compares.
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
    help="Of RDF, what to say: all there is, plain SKOS for thesaurus tools such as "
    "Skosmos, or OWL classes for ontology tools such as OLS and Protege.",
)
@click.option(
    "--root", metavar="CODE", help="Only CODE, its subtree and what is above."
)
@click.option(
    "--context",
    type=click.Choice(CONTEXTS),
    default="icdgraph",
    show_default=True,
    help="The keys of JSON-LD: our own, or those of WHO's ICD-API.",
)
@click.option(
    "--relations",
    metavar="NAMES",
    help="Of a network, the relations to take, separated by commas: by default parent, "
    "excludes1, excludes2, use-additional, code-first and code-also; synonym as well.",
)
@click.option(
    "--inherited",
    is_flag=True,
    help="Of a network, tell notes at each node they speak for, and not only where "
    "they are printed; of all the book that makes 6 million edges.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; by default, stdout.",
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
    """Write the graph as RDF or as a network, all of it or a subtree.

    RDF: turtle, trig, ntriples, nquads, rdfxml, jsonld.  Networks: graphml, gexf,
    nodelink (node-link JSON); of a network, --root takes CODE, its subtree and every
    edge that begins or ends there.  The same release gives the same bytes.

    \b
    Example:
      icdgraph export turtle -o icd10cm.ttl
      icdgraph export jsonld --root M54 -o M54.jsonld
      icdgraph export rdfxml --profile owl -o icd10cm.owl
      icdgraph export graphml --relations excludes1,code-first -o notes.graphml
    """
    from icdgraph.export import formats

    node = graph[root] if root else None
    names = None
    if relations is not None:
        names = [name.strip() for name in relations.split(",")]
    options = profile, context, names, inherited
    if output is None:
        sys.stdout.writelines(formats.pieces(graph.core, form, node, *options))
    else:
        announce(formats.export(graph.core, form, output, node, *options))
