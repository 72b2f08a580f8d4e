r"""The formats and profiles a graph can be written in, and the function that writes.

    what is said                 how it is written
    full   all there is          turtle, trig, ntriples, nquads, rdfxml, jsonld
    skos   for thesaurus tools
    owl    for ontology tools

    the network                  graphml, gexf, nodelink

Any profile goes with any format of RDF; each is a line in a table.  A network has
relations to choose instead: `icdgraph.network.files` writes it.  The same graph gives
the same bytes.  A file is written beside its place and moved there when whole, so that
an interrupted export leaves no half of one; and it is written piece by piece, so that
memory holds little beside the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.errors import IcdGraphError
from icdgraph.export import owl, skos
from icdgraph.network import files as networks
from icdgraph.network.selection import Selection
from icdgraph.rdf import jsonld, mapping, triple_formats, turtle
from icdgraph.rdf.vocabulary import PREFIXES, release_iri

if TYPE_CHECKING:
    from icdgraph.graph import Graph, Node
    from icdgraph.rdf.mapping import Resource

Writer = Callable[[Iterable["Resource"], str, Mapping[str, str]], Iterator[str]]
Translation = Callable[["Graph", "Node | None"], Iterator["Resource"]]


class Format(NamedTuple):
    """How resources are written, the ending of such files, and their media type."""

    write: Writer
    ending: str
    media_type: str


class Profile(NamedTuple):
    """Which resources are written of a graph, and the prefixes they make use of."""

    resources: Translation
    prefixes: Iterable[str]


FORMATS: dict[str, Format] = {
    "turtle": Format(turtle.lines, "ttl", "text/turtle"),
    "trig": Format(turtle.trig, "trig", "application/trig"),
    "ntriples": Format(triple_formats.ntriples, "nt", "application/n-triples"),
    "nquads": Format(triple_formats.nquads, "nq", "application/n-quads"),
    "rdfxml": Format(triple_formats.rdfxml, "rdf", "application/rdf+xml"),
    "jsonld": Format(jsonld.lines, "jsonld", "application/ld+json"),
}

PROFILES: dict[str, Profile] = {
    "full": Profile(mapping.resources, PREFIXES),
    "skos": Profile(skos.resources, skos.PREFIXES),
    "owl": Profile(owl.resources, owl.PREFIXES),
}

NETWORKS = networks.FORMATS
"""The formats of networks, which take relations and no profile."""

CONTEXTS = tuple(jsonld.CONTEXTS)
"""The contexts of JSON-LD: ``who`` has the names of WHO's ICD-API for the same data."""


def pieces(
    graph: Graph,
    form: str,
    root: Node | None = None,
    profile: str = "full",
    context: str = jsonld.DEFAULT,
    relations: Iterable[str] | None = None,
    inherited: bool = False,
) -> Iterator[str]:
    r"""Yield *graph* in the format *form* piece by piece; with *root*, its subtree.

    Raises `IcdGraphError` for a *form*, *profile*, *context* or relation that there is
    not, and for what does not go with the form.

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
        return networks.pieces(Selection(graph, relations, root, inherited), form)
    _only("relations", relations, None, form, NETWORKS)
    _only("inherited", inherited, False, form, NETWORKS)
    write: Callable[..., Iterator[str]] = FORMATS[form].write
    translation, used = PROFILES[profile]
    if context != jsonld.DEFAULT:
        if (form, profile) != ("jsonld", "full"):
            raise IcdGraphError(
                f"the context {context!r} goes with the format 'jsonld' and the "
                f"profile 'full' alone, not with {form!r} and {profile!r}"
            )
        write, translation = partial(write, name=context), _with_children
    prefixes = {name: iri for name, iri in PREFIXES.items() if name in used}
    return write(translation(graph, root), release_iri(graph), prefixes)


def export(
    graph: Graph,
    form: str,
    path: str | Path,
    root: Node | None = None,
    profile: str = "full",
    context: str = jsonld.DEFAULT,
    relations: Iterable[str] | None = None,
    inherited: bool = False,
) -> Path:
    """Write *graph* in the format *form* to *path*, and return the path.

    *form* is a key of `FORMATS` or `NETWORKS`.  With *root*, its subtree is written and
    what stands above it.  Of RDF, *profile* is one of `PROFILES`, *context* of
    `CONTEXTS`.  Of a network, *relations* and *inherited* are those of `to_networkx`,
    and *root* what is *under* there.  Raises what `pieces` does, and `OSError` where
    the file cannot be written.

    >>> from icdgraph.toy import toy
    >>> folder = getfixture("tmp_path")
    >>> export(toy().core, "rdfxml", folder / "toy.owl", profile="owl").name
    'toy.owl'
    """
    written = pieces(graph, form, root, profile, context, relations, inherited)
    place = Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f".{place.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(written)
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)
    return place


def _with_children(graph: Graph, root: Node | None) -> Iterator[Resource]:
    """Yield everything, and of each concept its children, for contexts that name them.

    A child is the inverse of what the child says itself, and so no further triple.
    """
    children = skos.narrower(graph, root)
    for subject, said in mapping.resources(graph, root):
        below = children.get(subject, ())
        yield subject, [*said, *(("^skos:broader", child) for child in below)]


def _check(what: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise IcdGraphError(
            f"{name!r} is not a {what} that icdgraph writes; "
            f"{', '.join(known)} would be right"
        )


def _only(
    option: str, value: object, default: object, form: str, forms: Iterable[str]
) -> None:
    """Raise `IcdGraphError` where *option* was given to a *form* without use for it."""
    if value != default:
        raise IcdGraphError(
            f"{option} {value!r} goes with the formats {', '.join(forms)} alone, not "
            f"with {form!r}"
        )
