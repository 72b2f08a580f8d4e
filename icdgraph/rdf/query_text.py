"""What the text of a SPARQL query says: its form, its prefixes, its variables.

Engines parse queries; this looks only for what they do not tell.  Strings, IRIs and
comments are blanked first, so that words in them are not taken for keywords.
"""

from __future__ import annotations

import re
from functools import lru_cache

from icdgraph.errors import QueryError
from icdgraph.rdf.vocabulary import PREFIXES
from icdgraph.spelling import closest

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

OPAQUE = re.compile(
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
_DECLARED = re.compile(r"PREFIX\s+([\w-]*):", re.IGNORECASE)
_PREFIX = re.compile(rf"{_START}([A-Za-z][\w-]*):")
_IRI = re.compile(r"\s*<([^<>]*)>")
_CLAUSE_END = re.compile(rf"\{{|{_START}(?:FROM|WHERE)\b", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$](\w+)")
_ALIASES = {"dcterms": "dct", "dc": "dct", "rdfschema": "rdfs"}
_ALIASES |= dict.fromkeys(("icd", "icd10", "icd-10-cm", "icdcm", "cm"), "ICD10CM")
"""Prefixes that others use for namespaces of `PREFIXES`."""


def variables(text: str) -> list[str]:
    """Return the variables of a query, each as often as it stands there.

    >>> variables("SELECT ?c { ?c ?p '?x' }")
    ['c', 'c', 'p']
    """
    return _VARIABLE.findall(bare(text))


@lru_cache(maxsize=16)
def bare(text: str) -> str:
    """Return *text* with its strings, IRIs and comments blanked, places kept.

    >>> bare("ASK { <a:b> ?p 'x' } # all")
    'ASK {       ?p     }      '
    """
    return OPAQUE.sub(lambda match: " " * len(match[0]), text)


def form(text: str) -> str:
    """Return the form of a query, one of `FORMS`: the first keyword that is one.

    >>> form("PREFIX ex: <http://example.org/select> ASK { ?select a ex:Ask }")
    'ASK'
    """
    match = _FORM.search(bare(text))
    return match[1].upper() if match else "SELECT"


def has_form(text: str) -> bool:
    """Return True if *text* has a keyword of `FORMS`.

    >>> has_form("SELEC ?x { ?x ?p 'ASK' }")
    False
    """
    return bool(_FORM.search(bare(text)))


def dataset(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs of the graphs that *text* names by FROM, and by FROM NAMED.

    >>> dataset("SELECT * FROM <http://example.org/g> { ?s ?p ?o }")
    (('http://example.org/g',), ())
    >>> dataset("SELECT ?from FROM NAMED ig:x { ?from ?p 'FROM <a:b>' }")
    ((), ('https://w3id.org/icdgraph/ontology#x',))
    """
    graphs: dict[bool, list[str]] = {False: [], True: []}
    prefixes = {**PREFIXES, **declared(text)}
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
    unknown = unknown_prefix(text)
    if unknown:
        raise QueryError(marked(text, *unknown))
    blanked = bare(text)
    missing = set(_PREFIX.findall(blanked)) - set(_DECLARED.findall(blanked))
    lines = [f"PREFIX {p}: <{PREFIXES[p]}> " for p in PREFIXES if p in missing]
    return "".join(lines) + text


def unknown_prefix(text: str) -> tuple[int, str] | None:
    """Return the place of the first prefix that is not declared, and what to do.

    >>> unknown_prefix("ASK { ?x skso:broader ?y }")
    (9, "unknown prefix 'skso:'. Did you mean 'skos:'?")
    """
    blanked = bare(text)
    known = {*PREFIXES, *_DECLARED.findall(blanked)}
    for match in _PREFIX.finditer(blanked):
        prefix = match[1]
        if prefix not in known:
            lowered = {name.lower(): name for name in known}
            reach = 2 if len(prefix) > 3 else 1
            near = _ALIASES.get(prefix.lower()) or next(
                (lowered[n] for n in closest(prefix.lower(), lowered, reach)), ""
            )
            remedy = f"Declare it: PREFIX {prefix}: <...>"
            if near:
                remedy = f"Did you mean '{near}:'?"
            return match.start(), f"unknown prefix '{prefix}:'. {remedy}"
    return None


def marked(text: str, at: int, reason: str) -> str:
    """Return a message about the place *at* of *text*, with its line and a caret.

    >>> print(marked("ASK { ?x }", 9, "the triple is incomplete"))
    line 1, column 10: the triple is incomplete
      ASK { ?x }
               ^
    """
    before = text[:at].splitlines() or [""]
    if text[:at].endswith(("\n", "\r")):
        before.append("")
    row, column = len(before), len(before[-1]) + 1
    line = (text.splitlines() or [""])[min(row, len(text.splitlines()) or 1) - 1]
    return f"line {row}, column {column}: {reason}\n  {line}\n  {' ' * (column - 1)}^"
