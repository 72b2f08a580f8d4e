"""Which queries are refused: those that change data, ask the network or nest deeply.

The store is read-only and pyoxigraph parses no update as a query, so an update is
recognized only for its error message.  But pyoxigraph follows SERVICE, over HTTP.  Only
its own parser knows where that keyword may stand: ``1SERVICE`` and
``FILTER(1<2)SERVICE#>`` are keywords, a string, a comment or ``ex:SERVICE`` is not.  So
every "SERVICE" is replaced by a word that is no keyword, which is a syntax error only
in the place of one.

pyoxigraph reads nested groups, and evaluates and frees what it has read, by recursion:
a query of thousands of levels overflows the stack, which ends the process.  A chain of
operators or of clauses becomes one level for each of them.
"""

from __future__ import annotations

import re
import string
from contextlib import suppress

import pyoxigraph

from icdgraph.errors import QueryError
from icdgraph.rdf.query_errors import explain
from icdgraph.rdf.query_text import bare, marked
from icdgraph.rdf.vocabulary import PREFIXES, RELEASES

UPDATES = (
    "updates are refused: icdgraph is read-only. Use SELECT, ASK, CONSTRUCT or DESCRIBE"
)
SERVICE = (
    "SERVICE is refused: icdgraph is read-only and sends no query to another endpoint. "
    "Remove the SERVICE clause"
)

_UPDATE = re.compile(
    r"(?:\s|PREFIX\s+[\w.-]*:|BASE\b)*"
    r"(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b",
    re.IGNORECASE,
)
_SERVICE = re.compile("SERVICE", re.IGNORECASE)

DEPTH, STEPS = 100, 1000
"""Brackets in one another, and operators and clauses, that a query may have.

The smallest counts that crash pyoxigraph 0.5, with 8 MB of stack, are 870 and 2,200."""

_BRACKET = re.compile(r"[({[\])}]")
_STEP = re.compile(r"[{[!|/*+]|&&|-(?![A-Za-z])|<<|\b(?:FILTER|AS)\b", re.IGNORECASE)
_KEYWORD = re.compile(r"(?<![?$:])SERVICE(SILENT)?(?![\w-])", re.IGNORECASE)


class QueryRefused(QueryError):
    """A query that is not answered; *reason* is a word for programs."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def refuse_update(text: str) -> None:
    """Raise `QueryRefused` if *text* is an update.

    >>> refuse_update("SELECT ?delete { ?delete ?p ?o }")
    >>> refuse_update("PREFIX ex: <http://example.org/> DELETE WHERE { ?s ex:p ?o }")
    Traceback (most recent call last):
    icdgraph.rdf.query_safety.QueryRefused: line 1, column 34: updates are refused: ...
    """
    match = _UPDATE.match(bare(text))
    if match:
        raise QueryRefused("update", marked(text, match.start(1), UPDATES))


def refuse_nesting(text: str) -> None:
    """Raise `QueryRefused` if *text* is nested so deeply that it may end the process.

    >>> refuse_nesting("ASK { FILTER(" + "(" * 90 + "1" + ")" * 90 + ") }")
    >>> refuse_nesting("ASK " + "{" * 5000 + "}" * 5000)
    Traceback (most recent call last):
    icdgraph.rdf.query_safety.QueryRefused: the query is nested more than 100 levels ...
    """
    blanked = bare(text)
    depth = deepest = 0
    for bracket in _BRACKET.findall(blanked):
        depth += 1 if bracket in "({[" else -1
        deepest = max(depth, deepest)
    if deepest > DEPTH:
        raise QueryRefused(
            "depth",
            f"the query is nested more than {DEPTH} levels deep. Use fewer parentheses "
            "or groups in one another",
        )
    if len(_STEP.findall(blanked)) > STEPS:
        raise QueryRefused(
            "depth",
            f"the query has more than {STEPS:,} operators and groups. List values with "
            "VALUES or IN, or split the query",
        )


def refuse_service(text: str) -> None:
    r"""Raise `QueryRefused` if *text* asks another endpoint.

    Where "SERVICE" stands in a text that is not valid, no matter as what, the query is
    refused for its mistake.

    >>> refuse_service("ASK { ?s rdfs:label 'SERVICE <a:a> {' } # SERVICE")
    >>> refuse_service("ASK { 1SERVICE<http://example.org/>{ ?s ?p ?o } }")
    Traceback (most recent call last):
    icdgraph.rdf.query_safety.QueryRefused: line 1, column 8: SERVICE is refused: ...
    """
    if not _SERVICE.search(text):
        return
    words = {f"SERVIC{letter}" for letter in string.ascii_uppercase} - {"SERVICE"}
    word = next((word for word in sorted(words) if word not in text), None)
    if word is None:
        raise QueryRefused("service", SERVICE)
    try:
        with suppress(OSError, RuntimeError):  # it is valid, and fails over no data
            changed = _SERVICE.sub(word, text)
            pyoxigraph.Store().query(changed, base_iri=RELEASES, prefixes=PREFIXES)
    except (SyntaxError, ValueError) as exc:
        match = _KEYWORD.search(bare(text))
        if match:
            problem = marked(text, match.start(), SERVICE)
            raise QueryRefused("service", problem) from exc
        raise QueryRefused("syntax", explain(text, exc)) from exc
