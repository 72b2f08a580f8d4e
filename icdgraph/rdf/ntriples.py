"""N-Triples and N-Quads of a graph: a statement a line, in the order of the book.

For tools that read line by line, sort, split or count.  Nothing is abbreviated, so
that a line can be understood alone; the whole graph is a few hundred megabytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.rdf.terms import Spelt
from icdgraph.rdf.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from icdgraph.rdf.mapping import Resource


def lines(
    resources: Iterable[Resource], base: str, prefixes: Mapping[str, str] = PREFIXES
) -> Iterator[str]:
    r"""Yield N-Triples in pieces, each a resource; *base* is the release's IRI.

    >>> piece = ("ICD10CM:A00", [("skos:notation", '"A00"')])
    >>> print("".join(lines([piece], "https://example.org/r")).replace(" ", "\n"))
    <http://purl.bioontology.org/ontology/ICD10CM/A00>
    <http://www.w3.org/2004/02/skos/core#notation>
    "A00"
    .
    <BLANKLINE>
    """
    return _lines(resources, Spelt(base), ".")


def quads(
    resources: Iterable[Resource], base: str, prefixes: Mapping[str, str] = PREFIXES
) -> Iterator[str]:
    """Yield N-Quads in pieces: each line of `lines` in the graph named *base*."""
    return _lines(resources, Spelt(base), f"<{base}> .")


def _lines(resources: Iterable[Resource], spelt: Spelt, end: str) -> Iterator[str]:
    for subject, statements in resources:
        start = spelt[subject]
        yield "".join(
            [f"{start} {spelt[p]} {spelt[value]} {end}\n" for p, value in statements]
        )
