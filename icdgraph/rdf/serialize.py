"""Questions in SPARQL whose answers are bytes in a format that was asked for.

A `Question` says what an analyst or a program wants: the query, the format for rows
and that for triples, how long the answer may be.  `answer` gives it, or raises
`Refused`, whose message is for people and whose reason is for programs.

Rows are counted as tab-separated values, of which each is one line whatever is in it;
an answer that is too long is so noticed while it is being made.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, cast

import pyoxigraph

from icdgraph.errors import QueryError
from icdgraph.rdf import query_safety
from icdgraph.rdf.query import explain, turtle_of
from icdgraph.rdf.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 64 * 2**20
"""Bytes of the longest answer."""

TSV = pyoxigraph.QueryResultsFormat.TSV
_RDF = pyoxigraph.RdfFormat
_TURTLE = (_RDF.TURTLE, _RDF.TRIG, _RDF.N3)
"""Turtle is TriG without graphs, and N3 without formulas."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query and how its answer is wanted.

    *rows* and *triples* are the media types for an answer of that kind; None where the
    asker cannot read such an answer.  *limit* is the number of rows or triples: a
    longer answer is cut there when *cut*, and refused when not.  *default* and *named*
    are the IRIs of the graphs to ask, where the asker chooses them, as the protocol
    lets it; else those that the query names, else the release.
    """

    text: str
    rows: str | None = "application/sparql-results+json"
    triples: str | None = "text/turtle"
    limit: int | None = None
    cut: bool = False
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None

    def pack(self) -> bytes:
        """Return the question as bytes."""
        return json.dumps(asdict(self)).encode()


class Refused(QueryError):
    """A question that is not answered; *reason* is a word for programs."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def answer(
    store: pyoxigraph.Store, release: str, question: Question
) -> tuple[dict[str, Any], bytes]:
    """Return what there is to say of the answer, and the answer.

    Raises `Refused`.

    >>> from icdgraph.rdf.stores import open_store
    >>> from icdgraph.rdf.vocabulary import release_iri
    >>> from icdgraph.toy import toy
    >>> asked = Question("SELECT ?c { ?c a ig:Section } ORDER BY ?c", "text/csv")
    >>> about, body = answer(open_store(toy().core), release_iri(toy().core), asked)
    >>> about["count"], body.decode().split()[1].rpartition("/")[2]
    (6, 'B99-B99')
    """
    refuse(question.text)
    try:
        graphs = _graphs(question, release)
        found = store.query(question.text, prefixes=PREFIXES, **graphs)
        if isinstance(found, pyoxigraph.QueryTriples):
            return _triples(found, question)
        return _rows(found, question)
    except Refused:
        raise
    except (SyntaxError, ValueError) as exc:
        raise Refused("syntax", explain(question.text, exc)) from exc
    except (OSError, RuntimeError) as exc:
        raise Refused(
            "failed",
            f"the query cannot be answered: {exc}; a simpler one would be right",
        ) from exc


def refuse(text: str) -> None:
    """Raise `Refused` for a *text* that would change something or ask the network."""
    if query_safety.is_update(text):
        raise Refused(
            "update",
            "an update is refused, the graph is read-only; SELECT, ASK, CONSTRUCT or "
            "DESCRIBE would be right",
        )
    if query_safety.asks_service(text):
        raise Refused(
            "service",
            "SERVICE asks another endpoint over the network and is refused; a query "
            "over this graph alone would be right",
        )


def serialized(triples: Iterable[pyoxigraph.Triple], media: str) -> bytes:
    """Return *triples* in the format *media*; the same triples give the same bytes."""
    form = _RDF.from_media_type(media)
    if form is None:
        raise ValueError(f"{media!r} is not the media type of a format of RDF")
    if form in _TURTLE:
        return turtle_of(triples).encode()
    xml = form == _RDF.RDF_XML
    body = pyoxigraph.serialize(
        sorted(triples, key=str), format=form, prefixes=PREFIXES if xml else None
    )
    # The library writes prefixes in an order that changes from run to run.
    return _sorted_prefixes(body or b"") if xml else body or b""


def converted(turtle: str, media: str) -> bytes:
    """Return what *turtle* says in the format *media*."""
    quads = pyoxigraph.parse(turtle, format=_RDF.TURTLE)
    return serialized((quad.triple for quad in quads), media)


def _sorted_prefixes(xml: bytes) -> bytes:
    head, root, rest = xml.partition(b"<rdf:RDF ")
    names, end, rest = rest.partition(b">")
    return head + root + b" ".join(sorted(names.split(b" "))) + end + rest


def _graphs(question: Question, release: str) -> dict[str, Any]:
    """Return the graphs to ask, as pyoxigraph's query takes them."""
    if question.default is None and question.named is None:
        if query_safety.names_dataset(question.text):
            return {}
        return {"default_graph": [pyoxigraph.NamedNode(release)]}
    return {
        "default_graph": [_graph(iri) for iri in question.default or ()],
        "named_graphs": [_graph(iri) for iri in question.named or ()],
    }


def _graph(iri: str) -> pyoxigraph.NamedNode:
    try:
        return pyoxigraph.NamedNode(iri)
    except ValueError as exc:
        raise Refused(
            "syntax",
            f"{iri!r} is not the IRI of a graph; an absolute IRI would be right",
        ) from exc


def _triples(
    found: pyoxigraph.QueryTriples, question: Question
) -> tuple[dict[str, Any], bytes]:
    if question.triples is None:
        raise Refused("format", "the answer is triples, and has no rows")
    limit = question.limit
    triples = list(islice(found, limit))
    is_cut = limit is not None and any(True for _ in found)
    if is_cut and not question.cut:
        raise _too_long(f"{limit:,} triples")
    body = serialized(triples, question.triples)
    return _about("triples", question.triples, len(triples), is_cut), body


def _rows(
    found: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean, question: Question
) -> tuple[dict[str, Any], bytes]:
    if question.rows is None:
        raise Refused("format", "the answer is rows, or yes or no, and has no triples")
    form = pyoxigraph.QueryResultsFormat.from_media_type(question.rows)
    if form is None:
        raise ValueError(f"{question.rows!r} is not the media type of a format of rows")
    if isinstance(found, pyoxigraph.QueryBoolean):
        body = found.serialize(format=form) or b""
        return _about("boolean", question.rows, 1, False), body
    lines = _Lines(question.limit)
    try:
        found.serialize(cast("IO[bytes]", lines), format=TSV)
    except _Enough:
        if not (lines.is_cut and question.cut):
            limit = f"{question.limit:,} rows" if lines.is_cut else f"{LARGEST:,} bytes"
            raise _too_long(limit) from None
    body = lines.whole()
    count = body.count(b"\n") - 1
    if form != TSV:
        again = pyoxigraph.parse_query_results(body, format=TSV)
        body = again.serialize(format=form) or b""
    return _about("rows", question.rows, count, lines.is_cut), body


class _Enough(Exception):
    """The answer is too long."""


class _Lines(io.RawIOBase):
    """What rows are written to: it stops the writer after *limit* rows."""

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.size = 0
        self.count = -1  # the first line is the header
        self.parts: list[bytes] = []

    @property
    def is_cut(self) -> bool:
        return self.limit is not None and self.count > self.limit

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self.parts.append(part)
        self.size += len(part)
        self.count += part.count(b"\n")
        if self.is_cut or self.size > LARGEST:
            raise _Enough
        return len(part)

    def whole(self) -> bytes:
        """Return the header and at most *limit* rows."""
        body = b"".join(self.parts)
        if not self.is_cut:
            return body
        lines = body.split(b"\n", (self.limit or 0) + 1)
        return b"\n".join([*lines[:-1], b""])


def _too_long(limit: str) -> Refused:
    return Refused(
        "limit",
        f"the answer has more than {limit} and is refused; a LIMIT or a condition more "
        "in the query would be right",
    )


def _about(kind: str, media: str, count: int, is_cut: bool) -> dict[str, Any]:
    return {"kind": kind, "media": media, "count": count, "is_cut": is_cut}
