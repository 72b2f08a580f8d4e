"""Content negotiation: the format that a client prefers (RFC 9110, section 12.5.1).

    Accept: text/turtle;q=0.9, application/*;q=0.5, */*;q=0.1
            range       quality

The quality of an offer is that of the most specific range that covers it.  Of equal
offers, one that is named wins over one that a wildcard covers, then the one named
first, then the first in our order: ``application/sparql-results+xml, */*`` means XML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.requests import Request

HTML = "text/html"

ROWS = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
"""Formats for rows and booleans, by their short names, with their media types."""

TRIPLES = {
    "turtle": ("text/turtle", "application/x-turtle"),
    "ntriples": ("application/n-triples", "text/plain"),
    "rdfxml": ("application/rdf+xml", "application/xml", "text/xml"),
    "jsonld": ("application/ld+json", "application/json"),
    "trig": ("application/trig",),
    "nquads": ("application/n-quads",),
    "n3": ("text/n3",),
}
"""Formats for triples."""

ALIASES = {
    "json": "jsonld",
    "xml": "rdfxml",
    "ttl": "turtle",
    "nt": "ntriples",
    "rdf+xml": "rdfxml",
    "rdf": "rdfxml",
    "json-ld": "jsonld",
    "nq": "nquads",
}
"""Other names that clients send for formats of triples."""

_QUALITY = re.compile(r"0(\.\d*)?|1(\.0*)?")


class Range(NamedTuple):
    """One range of an Accept header, such as ``text/*;q=0.5``, and its position."""

    kind: str
    subkind: str
    quality: float = 1.0
    position: int = 0

    def covers(self, offer: str) -> bool:
        """Return True if *offer*, a media type, is in this range."""
        kind, _, subkind = offer.partition("/")
        return self.kind in ("*", kind) and self.subkind in ("*", subkind)

    @property
    def specificity(self) -> int:
        """2 for a media type, 1 for ``text/*``, 0 for ``*/*``."""
        return (self.kind != "*") + (self.subkind != "*")


def accepted(request: Request) -> str:
    """Return the Accept header of *request*."""
    return ",".join(request.headers.getlist("accept"))


def media_types(formats: dict[str, tuple[str, ...]]) -> list[str]:
    """Return the media types of *formats*, the preferred ones first."""
    return [types[0] for types in formats.values()] + [
        other for types in formats.values() for other in types[1:]
    ]


def best(accept: str, offers: Sequence[str]) -> str | None:
    """Return the media type of *offers* that *accept* prefers, None for none of them.

    >>> best("text/csv;q=0.5, application/json", ["text/csv", "application/json"])
    'application/json'
    >>> best("text/*", ["application/json", "text/csv"])
    'text/csv'
    >>> best("image/png", ["text/csv"]) is None
    True
    """
    ranges = list(_ranges(accept)) or [Range("*", "*")]
    ranked: list[tuple[float, int, int, int, str]] = []
    for number, offer in enumerate(offers):
        covering = (one for one in ranges if one.covers(offer))
        match = max(covering, key=lambda one: one.specificity, default=None)
        if match and match.quality > 0:
            rank = match.quality, match.specificity, -match.position, -number
            ranked.append((*rank, offer))
    return max(ranked)[-1] if ranked else None


def _ranges(accept: str) -> Iterator[Range]:
    """Yield the valid ranges of *accept*."""
    for position, item in enumerate(accept.lower().split(",")):
        name, *parameters = (part.strip() for part in item.split(";"))
        kind, _, subkind = name.partition("/")
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = float(value) if _QUALITY.fullmatch(value.strip()) else 0.0
        if kind and subkind and (kind != "*" or subkind == "*"):
            yield Range(kind, subkind, quality, position)
