"""Write docs/ontology.html, the vocabulary's page: ``python docs/make_ontology.py``.

One HTML file that needs nothing else: the header of the ontology, the tree of classes
and of properties, then every term in the order of ``ontology/icdgraph.ttl``, each at
its own anchor (``#excludes1``).  The same Turtle gives the same page.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import pyoxigraph

from icdgraph.rdf.vocabulary import IG, PREFIXES, folder

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ONTOLOGY = IG.rstrip("#")

Values = dict[str, list[str]]
"""What is stated of a term: the values of each predicate, as IRIs or words."""

GROUPS = (
    ("Classes", "owl:Class"),
    ("Links between things", "owl:ObjectProperty"),
    ("Words, numbers and facts", "owl:DatatypeProperty"),
)
"""The parts of the page, and the type of the terms in each."""

ROWS = (
    ("Under", ("rdfs:subClassOf", "rdfs:subPropertyOf")),
    ("Above", ("above",)),
    ("Domain", ("rdfs:domain",)),
    ("Range", ("rdfs:range", "dcam:rangeIncludes")),
    ("Disjoint with", ("owl:disjointWith",)),
    ("See also", ("rdfs:seeAlso",)),
)
"""The rows of a term's table, and the predicates whose values they show."""

KNOWN = {
    **PREFIXES,
    "vann": "http://purl.org/vocab/vann/",
    "dcam": "http://purl.org/dc/dcam/",
    "bibo": "http://purl.org/ontology/bibo/",
}
LITERAL_OR_IRI = re.compile(r'(<[^>]*>|"(?:[^"\\]|\\.)*"(?:@\w+)?)')
NAME = re.compile(rf"\b((?:{'|'.join(KNOWN)}):[A-Za-z0-9]+)")


def short(iri: str) -> str:
    """Return *iri* as people write it, ``skos:Concept``."""
    for prefix, start in KNOWN.items():
        if iri.startswith(start) and iri != start:
            return f"{prefix}:{iri.removeprefix(start)}"
    return re.sub("^https?://", "", iri)


def statements() -> dict[str, Values]:
    """Return what ``icdgraph.ttl`` states of each of its subjects, in its order."""
    found: dict[str, Values] = {}
    path = folder() / "icdgraph.ttl"
    for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE):
        values = found.setdefault(quad.subject.value, {})
        values.setdefault(short(quad.predicate.value), []).append(quad.object.value)
    return found


def page() -> str:
    """Return the page."""
    everything = statements()
    terms = {iri: of for iri, of in everything.items() if iri.startswith(IG)}
    children: dict[str, list[str]] = defaultdict(list)
    tops: dict[str, str] = {}
    for iri, values in terms.items():
        above = values_of(values, ROWS[0][1])
        for parent in above:
            children[parent].append(iri)
        if not terms.keys() & set(above):
            tops[iri] = above[0] if above else ""
        for other in values.get("owl:disjointWith", ()):
            both_ways = terms.get(other, {}).setdefault("owl:disjointWith", [])
            both_ways += [iri] if iri not in both_ways else []
    for iri, below in children.items():
        if iri in terms:
            terms[iri]["above"] = below

    def of_type(kind: str) -> list[tuple[str, Values]]:
        return [(i, v) for i, v in terms.items() if kind in map(short, v["rdf:type"])]

    def trees(kind: str) -> Iterator[tuple[str, list[str]]]:
        """Yield foreign terms with ours below them; those below none come last."""
        ours = [iri for iri, _ in of_type(kind) if iri in tops]
        for top in sorted({tops[iri]: None for iri in ours}, key=lambda top: not top):
            yield top, [iri for iri in ours if tops[iri] == top]

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(
        (HERE / "ontology.template.html").read_text("utf-8")
    )
    return (
        template.render(
            ontology=everything[ONTOLOGY],
            namespace=IG,
            terms=terms,
            children=children,
            groups=GROUPS,
            rows=ROWS,
            of_type=of_type,
            trees=trees,
            short=short,
            local=lambda iri: iri.removeprefix(IG),
            prose=prose,
            example=LITERAL_OR_IRI.split,
            values_of=lambda iri, names: values_of(terms[iri], names),
        )
        + "\n"
    )


def values_of(values: Values, names: tuple[str, ...]) -> list[str]:
    """Return the values of several predicates, one after the other."""
    return [value for name in names for value in values.get(name, ())]


def prose(comment: str) -> list[str]:
    """Return *comment* in parts, of which every second one is the IRI of a term."""
    parts = NAME.split(comment)
    names = (name.split(":") for name in parts[1::2])
    parts[1::2] = [KNOWN[prefix] + local for prefix, local in names]
    return parts


if __name__ == "__main__":
    (HERE / "ontology.html").write_text(page(), "utf-8", newline="\n")
