"""What a query is up to, read from its keywords: SERVICE, FROM, an update.

SERVICE must not slip through, and the engine is more lenient than the grammar: it reads
``1SERVICE``, and ``FILTER(1<2)SERVICE#>`` where a reader of tokens would see an IRI.
Whoever decides what is string, IRI or comment before looking for the keyword can so be
led astray.  Hence the whole text is searched, strings and comments too, for what
every SERVICE must have: the keyword, an endpoint, a brace.

    service = "SERVICE" gap ("SILENT" gap)? (iri | variable | name) gap "{"
    gap     = (space | comment)*

The price is that ``"SERVICE ex:a {"`` in a string is refused as well.
"""

from __future__ import annotations

import re

_GAP = r"(?:[\s\ufeff]|#[^\n\r]*[\n\r])*+"
_NAMED = r"(?:[^\s<{#\\:?$]|\\.){0,300}+[:?$](?:[^\s{#\\]|\\.){0,300}+"
_SERVICE = re.compile(
    rf"(?<![?$:])SERVICE{_GAP}(?:SILENT{_GAP})?"
    # What goes on after 300 characters is refused unread: time must not grow with
    # the square of the text.
    rf"(?:<[^<>]*>{_GAP}\{{|{_NAMED}(?:{_GAP}\{{|[^\s{{#]))",
    re.IGNORECASE,
)
_OPAQUE = re.compile(
    r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""'
    r"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r'|<[^<>"{}|^`\\\s]*>'
    r"|\\."
    r"|#[^\n\r]*",
    re.DOTALL,
)
"""Strings, IRIs, the escapes of names (``ex:a\\#b``) and comments."""

_FROM = re.compile(r"(?<![\w?$:.-])FROM(?![\w:-])", re.IGNORECASE)
_UPDATE = re.compile(
    r"(?:\s|PREFIX\s+[\w.-]*:|BASE\b)*"
    r"(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b",
    re.IGNORECASE,
)


def bare(text: str) -> str:
    """Return *text* with blanks for its strings, IRIs and comments, places kept.

    >>> bare("ASK { <a:b> ?p 'x' } # all")
    'ASK {       ?p     }      '
    """
    return _OPAQUE.sub(lambda match: " " * len(match[0]), text)


def asks_service(text: str) -> bool:
    r"""Say whether *text* may ask another endpoint; in doubt, it may.

    >>> asks_service("ASK { FILTER(1<2)SERVICE#>\n?endpoint { ?s ?p ?o } }")
    True
    >>> asks_service("ASK { ?s rdfs:label 'SERVICE' } # SERVICE")
    False
    """
    return bool(_SERVICE.search(text))


def names_dataset(text: str) -> bool:
    """Say whether *text* says itself, by FROM or FROM NAMED, what it asks.

    >>> names_dataset("SELECT * FROM <http://example.org/g> { ?s ?p ?o }")
    True
    >>> names_dataset("SELECT ?from { ?from ?p 'FROM' }")
    False
    """
    return bool(_FROM.search(bare(text)))


def is_update(text: str) -> bool:
    """Say whether *text* would change something, instead of asking.

    >>> is_update("PREFIX ex: <http://example.org/> DELETE WHERE { ?s ex:p ?o }")
    True
    >>> is_update("SELECT ?delete { ?delete ?p ?o }")
    False
    """
    return bool(_UPDATE.match(bare(text)))
