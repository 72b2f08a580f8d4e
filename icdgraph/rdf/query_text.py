"""What the text of a SPARQL query says: its form, its prefixes, where its mistake is.

Engines parse queries; this looks only for what they do not tell.  Strings, IRIs and
comments are blanked first, so that words in them are not taken for keywords.
"""

from __future__ import annotations

import re

from icdgraph.errors import QueryError
from icdgraph.rdf.vocabulary import PREFIXES
from icdgraph.spelling import nearest

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

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

_START = r"(?<![\w?$:.-])"
_FORM = re.compile(rf"{_START}({'|'.join(FORMS)})(?![\w:-])", re.IGNORECASE)
_FROM = re.compile(rf"{_START}FROM(?![\w:-])", re.IGNORECASE)
_GRAPH = re.compile(
    r"(?P<named>\s+NAMED)?\s*"
    r"(?:<(?P<iri>[^<>\s]*)>|(?P<prefix>[\w-]*):(?P<name>[\w.-]*))",
    re.IGNORECASE,
)
_DECLARED_AS = re.compile(r"PREFIX\s+([\w-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_DECLARED = re.compile(r"PREFIX\s+([\w-]*):", re.IGNORECASE)
_PREFIX = re.compile(rf"{_START}([A-Za-z][\w-]*):")
_IRI = re.compile(r"\s*<([^<>]*)>")
_CLAUSE_END = re.compile(rf"\{{|{_START}(?:FROM|WHERE)\b", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$](\w+)")
_PLACE = re.compile(r"at (\d+):(\d+)")


def variables(text: str) -> list[str]:
    """Return the variables of a query, each as often as it stands there.

    >>> variables("SELECT ?c { ?c ?p '?x' }")
    ['c', 'c', 'p']
    """
    return _VARIABLE.findall(bare(text))


def bare(text: str) -> str:
    """Return *text* with its strings, IRIs and comments blanked, places kept.

    >>> bare("ASK { <a:b> ?p 'x' } # all")
    'ASK {       ?p     }      '
    """
    return _OPAQUE.sub(lambda match: " " * len(match[0]), text)


def form(text: str) -> str:
    """Return the form of a query, one of `FORMS`: the first keyword that is one.

    >>> form("PREFIX ex: <http://example.org/select> ASK { ?select a ex:Ask }")
    'ASK'
    """
    match = _FORM.search(bare(text))
    return match[1].upper() if match else "SELECT"


def dataset(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs of the graphs that *text* names by FROM, and by FROM NAMED.

    >>> dataset("SELECT * FROM <http://example.org/g> { ?s ?p ?o }")
    (('http://example.org/g',), ())
    >>> dataset("SELECT ?from FROM NAMED ig:x { ?from ?p 'FROM <a:b>' }")
    ((), ('https://w3id.org/icdgraph/ontology#x',))
    """
    graphs: dict[bool, list[str]] = {False: [], True: []}
    prefixes = {**PREFIXES, **dict(_DECLARED_AS.findall(text))}
    for match in _FROM.finditer(bare(text)):
        named = _GRAPH.match(text, match.end())
        if named:
            prefix, iri = named["prefix"], named["iri"]
            if prefix is not None:
                iri = prefixes.get(prefix, "") + named["name"]
            graphs[bool(named["named"])].append(iri)
    return tuple(graphs[False]), tuple(graphs[True])


def declared(text: str) -> dict[str, str]:
    """Return the prefixes that *text* declares, with their namespaces.

    >>> declared("PREFIX ex: <http://example.org/> ASK { ?s ex:p ?o }")
    {'ex': 'http://example.org/'}
    """
    found = {}
    for match in _DECLARED.finditer(bare(text)):
        iri = _IRI.match(text, match.end())
        found[match[1]] = iri[1] if iri else ""
    return found


def selected(text: str) -> list[str]:
    """Return the variables that a query selects, without those that it computes.

    >>> selected("SELECT DISTINCT ?c (COUNT(?x) AS ?n) WHERE { ?c ?p ?x }")
    ['c']
    """
    blanked = bare(text)
    start = _FORM.search(blanked)
    if not start or start[1].upper() != "SELECT":
        return []
    clause = _CLAUSE_END.split(blanked[start.end() :], maxsplit=1)[0]
    while "(" in clause:
        clause, before = re.sub(r"\([^()]*\)", " ", clause), clause
        if clause == before:
            return []  # parentheses that do not match
    return _VARIABLE.findall(clause)


def with_prefixes(text: str) -> str:
    """Return *text* with the prefixes declared that it uses and does not declare.

    They are put before its first line, so that lines keep their numbers.  Raises
    `QueryError` for a prefix that `PREFIXES` does not hold.

    >>> with_prefixes("ASK { ICD10CM:M54 ?p 'skos:' }")
    "PREFIX ICD10CM: <http://purl.bioontology.org/ontology/ICD10CM/> \
ASK { ICD10CM:M54 ?p 'skos:' }"
    """
    if _unbound(text):
        raise QueryError(explain(text, SyntaxError()))
    blanked = bare(text)
    missing = set(_PREFIX.findall(blanked)) - set(_DECLARED.findall(blanked))
    lines = [f"PREFIX {p}: <{PREFIXES[p]}> " for p in PREFIXES if p in missing]
    return "".join(lines) + text


def explain(text: str, exc: Exception) -> str:
    """Return a message for the syntax error *exc* in *text*, a caret under its place.

    >>> print(explain("ASK { ?x skso:broader ?y }", SyntaxError("error at 1:22")))
    line 1, column 10: unknown prefix 'skso:'. Did you mean 'skos:'?
      ASK { ?x skso:broader ?y }
               ^
    """
    unbound = _unbound(text)
    if unbound:
        at, prefix = unbound
        row, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        guess = nearest(prefix, PREFIXES, 1)[0]
        reason = f"unknown prefix '{prefix}:'. Did you mean '{guess}:'?"
    else:
        place = _PLACE.search(str(exc))
        if not place:
            return f"invalid SPARQL query: {exc}"
        row, column = int(place[1]), int(place[2])
        missing = text.count("{") - text.count("}")
        reason = "missing '}'" if missing > 0 else "unexpected text here"
        if not _FORM.search(bare(text)):
            reason = f"expected one of {', '.join(FORMS)}"
    lines = text.splitlines() or [""]
    line = lines[min(row, len(lines)) - 1]
    return f"line {row}, column {column}: {reason}\n  {line}\n  {' ' * (column - 1)}^"


def _unbound(text: str) -> tuple[int, str] | None:
    """Return the first prefix that is used and not declared, and where it stands."""
    blanked = bare(text)
    known = {*PREFIXES, *_DECLARED.findall(blanked)}
    for match in _PREFIX.finditer(blanked):
        if match[1] not in known:
            return match.start(), match[1]
    return None
