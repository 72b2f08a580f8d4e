r"""The formats and profiles that a graph can be exported in.

    profile                      format
    full   everything            turtle, trig, ntriples, nquads, rdfxml, jsonld
    skos   for thesaurus tools
    owl    for ontology tools

    the network                  graphml, gexf, nodelink

Every profile can be written in every RDF format; each is a line in a table.  A network
has relations to choose instead: `icdgraph.network.files` writes it.  The same graph
gives the same bytes.  Files are written piece by piece, so that little memory is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from icdgraph.errors import IcdGraphError
from icdgraph.export import owl, skos
from icdgraph.network import files as networks
from icdgraph.network.content import content
from icdgraph.output import write
from icdgraph.rdf import jsonld, mapping, triple_formats, turtle
from icdgraph.rdf.vocabulary import PREFIXES, release_iri

if TYPE_CHECKING:
    from icdgraph.graph import Graph, Node
    from icdgraph.rdf.mapping import Resource

Writer = Callable[[Iterable["Resource"], str, Mapping[str, str]], Iterator[str]]
Translation = Callable[["Graph", "Node | None"], Iterator["Resource"]]


class RdfFormat(NamedTuple):
    """The writer of a format, and the ending of its files."""

    write: Writer
    ending: str


class Profile(NamedTuple):
    """Which resources a profile makes of a graph, and the prefixes that it uses."""

    resources: Translation
    prefixes: Iterable[str]


FORMATS: dict[str, RdfFormat] = {
    "turtle": RdfFormat(turtle.lines, "ttl"),
    "trig": RdfFormat(turtle.trig, "trig"),
    "ntriples": RdfFormat(triple_formats.ntriples, "nt"),
    "nquads": RdfFormat(triple_formats.nquads, "nq"),
    "rdfxml": RdfFormat(triple_formats.rdfxml, "rdf"),
    "jsonld": RdfFormat(jsonld.lines, "jsonld"),
}

PROFILES: dict[str, Profile] = {
    "full": Profile(mapping.resources, PREFIXES),
    "skos": Profile(skos.resources, skos.PREFIXES),
    "owl": Profile(owl.resources, owl.PREFIXES),
}

NETWORKS = networks.FORMATS
"""The formats of networks, which have relations and no profile."""

CONTEXTS = tuple(jsonld.CONTEXTS)
"""The contexts of JSON-LD: ``who`` has the keys of WHO's ICD-API for the same data."""


def pieces(
    graph: Graph,
    form: str,
    root: Node | None = None,
    profile: str = "full",
    context: str = jsonld.DEFAULT,
    relations: Iterable[str] | None = None,
    inherited: bool = False,
    isolated: bool = False,
) -> Iterator[str]:
    r"""Yield *graph* in the format *form*, a key of `FORMATS` or `NETWORKS`, in pieces.

    With *root*, only that node and those above and below it are written.  For RDF,
    *profile* is one of `PROFILES` and *context* one of `CONTEXTS`.  For a network,
    *relations*, *inherited* and *isolated* are those of `to_networkx`.

    Raises `IcdGraphError` for an unknown *form*, *profile*, *context* or relation, and
    for options that the format does not have.

    >>> from icdgraph.toy import toy
    >>> next(pieces(toy().core, "turtle"))
    '@prefix ICD10CM: <http://purl.bioontology.org/ontology/ICD10CM/> .\n'
    """
    _check("format", form, (*FORMATS, *NETWORKS))
    _check("profile", profile, PROFILES)
    _check("context", context, CONTEXTS)
    if form in NETWORKS:
        _only("profile", profile, "full", form, FORMATS)
        _only("context", context, jsonld.DEFAULT, form, ["jsonld"])
        network = content(graph, relations, root, inherited, isolated)
        return networks.pieces(network, form)
    _only("relations", relations, None, form, NETWORKS)
    _only("inherited", inherited, False, form, NETWORKS)
    _only("isolated", isolated, False, form, NETWORKS)
    writer: Callable[..., Iterator[str]] = FORMATS[form].write
    translation, used = PROFILES[profile]
    if context != jsonld.DEFAULT:
        if (form, profile) != ("jsonld", "full"):
            raise IcdGraphError(
                f"the context {context!r} requires the format 'jsonld' and the profile "
                f"'full', got {form!r} and {profile!r}"
            )
        writer = partial(writer, name=context)
    prefixes = {name: iri for name, iri in PREFIXES.items() if name in used}
    return writer(translation(graph, root), release_iri(graph), prefixes)


def export(
    graph: Graph, form: str, path: str | Path, *options: Any, **named: Any
) -> Path:
    """Write `pieces`, which takes the *options*, to *path*, and return the path.

    Raises what `pieces` and `icdgraph.output.write` raise.

    >>> from icdgraph.toy import toy
    >>> folder = getfixture("tmp_path")
    >>> export(toy().core, "rdfxml", folder / "toy.owl", profile="owl").name
    'toy.owl'
    """
    write(path, pieces(graph, form, *options, **named))
    return Path(path)


def _check(what: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise IcdGraphError(
            f"unknown {what} {name!r}: expected one of {', '.join(known)}"
        )


def _only(
    option: str, value: object, default: object, form: str, forms: Iterable[str]
) -> None:
    """Raise `IcdGraphError` if *option* was given but *form* does not have it."""
    if value != default:
        raise IcdGraphError(
            f"the option {option} requires a format that has it, {' or '.join(forms)}: "
            f"got {form!r}"
        )
