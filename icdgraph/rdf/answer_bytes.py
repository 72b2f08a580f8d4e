"""Answers to SPARQL queries as bytes, in the format that a client asked for.

Rows are counted as tab-separated values, where each is one line; so an answer that is
too long is noticed while it is being made.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO, Any, cast

import pyoxigraph

from icdgraph.rdf.hints import hints_for
from icdgraph.rdf.query import errors_explained, evaluate
from icdgraph.rdf.query_safety import QueryRefused
from icdgraph.rdf.triple_formats import serialize

LARGEST = 64 * 2**20
"""Bytes of the longest answer of a server."""

_NOTHING = {b"", b"0", b'""'}
"""What aggregates over nothing are in TSV."""

TSV = pyoxigraph.QueryResultsFormat.TSV


@dataclass(frozen=True, slots=True)
class Question:
    """A query and how its answer is wanted.

    *rows* and *triples* are the media types for an answer of that kind, None for one
    that the client cannot read.  *limit* is the number of rows or triples: a longer
    answer is cut there with *cut*, and refused otherwise; so are rows of more than
    *largest* bytes.  *default* and *named* are the IRIs of the graphs to ask, as the
    SPARQL Protocol lets a client choose them.
    """

    text: str
    rows: str | None = "application/sparql-results+json"
    triples: str | None = "text/turtle"
    limit: int | None = None
    cut: bool = False
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    largest: int | None = LARGEST


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as bytes: its *kind* is ``rows``, ``boolean`` or ``triples``.

    *count* is the number of rows or triples; *is_cut* says that there were more.
    *seconds* is how long the engine took.  *emptiness* and *hints* are those of
    `icdgraph.rdf.hints`.
    """

    body: bytes
    kind: str
    media: str
    count: int = 1
    is_cut: bool = False
    seconds: float = 0.0
    emptiness: str | None = None
    hints: tuple[str, ...] = ()


def answer(store: pyoxigraph.Store, release: str, question: Question) -> Reply:
    """Return the answer to *question* over *store*, with hints; raises `QueryRefused`.

    >>> from icdgraph.rdf.stores import open_store
    >>> from icdgraph.rdf.vocabulary import release_iri
    >>> from icdgraph.toy import toy
    >>> question = Question("SELECT ?c { ?c a ig:Section } ORDER BY ?c", "text/csv")
    >>> reply = answer(open_store(toy().core), release_iri(toy().core), question)
    >>> reply.count, reply.body.decode().split()[1].rpartition("/")[2]
    (6, 'B99-B99')
    """
    text, graphs = question.text, (question.default, question.named)
    with errors_explained(text):
        reply = _reply(evaluate(store, release, text, *graphs), question)
    told = hints_for(store, release, text, reply.emptiness, *graphs)
    return replace(reply, hints=told)


def _reply(found: Any, question: Question) -> Reply:
    if isinstance(found, pyoxigraph.QueryTriples):
        return _triples(found, question)
    if question.rows is None:
        raise QueryRefused("format", "the answer has no triples")
    form = pyoxigraph.QueryResultsFormat.from_media_type(question.rows)
    assert form, f"unknown media type {question.rows!r}"
    if isinstance(found, pyoxigraph.QueryBoolean):
        body, empty = found.serialize(format=form) or b"", None if found else "none"
        return Reply(body, "boolean", question.rows, emptiness=empty)
    return _rows(found, question, form)


def _triples(found: pyoxigraph.QueryTriples, question: Question) -> Reply:
    if question.triples is None:
        raise QueryRefused("format", "the answer has no rows")
    triples = list(islice(found, question.limit))
    is_cut = next(found, None) is not None
    if is_cut and not question.cut:
        raise _too_long(f"{question.limit:,} triples")
    body = serialize(triples, question.triples)
    empty = None if triples else "none"
    return Reply(
        body, "triples", question.triples, len(triples), is_cut, emptiness=empty
    )


def _rows(
    found: pyoxigraph.QuerySolutions,
    question: Question,
    form: pyoxigraph.QueryResultsFormat,
) -> Reply:
    lines = _Lines(question)
    try:
        found.serialize(cast("IO[bytes]", lines), format=TSV)
    except _TooLong:
        if not lines.is_cut:
            raise _too_long(f"{question.largest:,} bytes") from None
        if not question.cut:
            raise _too_long(f"{question.limit:,} rows") from None
    body = bytes(lines.body)
    if lines.is_cut:
        kept = body.split(b"\n")[: (question.limit or 0) + 1]
        body = b"\n".join([*kept, b""])
    count = body.count(b"\n") - 1
    is_zero = count == 1 and _NOTHING.issuperset(body.split(b"\n")[1].split(b"\t"))
    empty = "zero" if is_zero else None if count else "none"
    if form != TSV:
        again = pyoxigraph.parse_query_results(body, format=TSV)
        body = again.serialize(format=form) or b""
    assert question.rows
    return Reply(body, "rows", question.rows, count, lines.is_cut, emptiness=empty)


class _TooLong(Exception):
    """The answer is longer than the question allows."""


class _Lines(io.RawIOBase):
    """The file that rows are written to: it stops the writer at a limit."""

    def __init__(self, question: Question) -> None:
        self.limit, self.largest = question.limit, question.largest
        self.body = bytearray()
        self.count = -1  # the first line is the header

    @property
    def is_cut(self) -> bool:
        return self.limit is not None and self.count > self.limit

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self.body += part
        self.count += part.count(b"\n")
        if self.is_cut or (self.largest is not None and len(self.body) > self.largest):
            raise _TooLong
        return len(part)


def _too_long(limit: str) -> QueryRefused:
    return QueryRefused(
        "limit", f"the answer has more than {limit}. Add a LIMIT or a condition"
    )
