"""What is wrong with a query that does not parse, in words, with a caret at the place.

    line 1, column 29: missing '.' or ';' before the next triple
      SELECT ?x { ?x a ig:Code ?x skos:prefLabel ?t }
                               ^

The place is where pyoxigraph's own parser stops.  It compares a whole keyword at a time
and reports the end of the longest one that it tried, which may be several tokens later:
so the query is parsed again with its tokens set apart by more spaces than any keyword
has letters, and the place is the token before the reported one.

What is wrong there, the rules in `_RULES` say, from the token, those before it and what
the parser expected.  They are the errors of people who know SQL, or other dialects, or
who forget a character.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import pyoxigraph

from icdgraph.codes import parse
from icdgraph.errors import ParseError
from icdgraph.rdf.glossary import terms
from icdgraph.rdf.query_text import (
    FORMS,
    OPAQUE,
    bare,
    has_form,
    marked,
    selected,
    unknown_prefix,
    variables,
)
from icdgraph.rdf.vocabulary import PREFIXES
from icdgraph.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEYWORDS = (
    *FORMS,
    *("WHERE", "FILTER", "OPTIONAL", "UNION", "MINUS", "GRAPH", "BIND", "VALUES"),
    *("EXISTS", "NOT", "IN", "AS", "DISTINCT", "REDUCED", "FROM", "NAMED", "PREFIX"),
    *("ORDER", "GROUP", "BY", "HAVING", "LIMIT", "OFFSET", "ASC", "DESC", "UNDEF"),
    *("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "REGEX", "STR"),
    *("CONTAINS", "STRSTARTS", "STRENDS", "STRLEN", "LCASE", "UCASE", "SUBSTR", "LANG"),
    *("BOUND", "COALESCE", "CONCAT", "REPLACE", "DATATYPE", "ISIRI", "STRAFTER"),
)

ELSEWHERE = {
    "==": "=",
    "<>": "!=",
    "AND": "&&",
    "OR": "||",
    "LIKE": "CONTAINS(text, part) or REGEX(text, pattern)",
    "STARTSWITH": "STRSTARTS",
    "ENDSWITH": "STRENDS",
    "LOWER": "LCASE",
    "UPPER": "UCASE",
    "LEN": "STRLEN",
    "LENGTH": "STRLEN",
    "SUBSTRING": "SUBSTR",
    "NULL": "BOUND(?variable)",
    "IS": "a, as in ?code a ig:Code",
    "JOIN": "another triple in the braces",
    "RETURN": "SELECT",
    "MATCH": "SELECT",
    "SHOW": "SELECT",
    "FIND": "SELECT",
    "TOP": "LIMIT at the end",
}
"""What SPARQL has instead of words and operators of other languages."""

_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_ENDS = ("ORDER", "GROUP", "LIMIT", "OFFSET", "HAVING")
LONGEST = 10_000
"""Characters of the longest query whose mistake is looked for."""

_GAP = 40
"""Spaces between tokens: more than the longest keyword has letters."""

_PIECE = re.compile(
    rf"(?:{OPAQUE.pattern}|[=!<>&|]+|[{{}}()\[\],;]|\.(?=\s|[{{}}]|$)"
    r"|(?:(?!\.(?:\s|[{}]|$))[^\s{}()\[\],;=!<>&|\"'#\\])+|.)",
    re.DOTALL,
)
_CLOSING = {")": "(", "}": "{", "]": "["}
_PLACE = re.compile(r"at (\d+):(\d+)")
_SERVICE = re.compile("SERVIC(E)", re.IGNORECASE)
_QUOTE = re.compile("[“”„‟‘’]")
_ADDRESS = re.compile(r"(?<!\w)https?://[^\s<>{}]+")
_BIND = re.compile(r"\bBIND\b[^{}]*?\bAS\s*[?$](\w+)\s*\)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][\w.]*")


def explain(text: str, exc: Exception) -> str:
    """Return a message for the syntax error *exc* in *text*, a caret under its place.

    >>> print(explain("ASK { ?x a ig:Code ?x ig:level 3 }", SyntaxError("at 1:28")))
    line 1, column 20: missing '.' or ';' before the next triple
      ASK { ?x a ig:Code ?x ig:level 3 }
                         ^
    """
    place = _PLACE.search(str(exc))
    if not place:
        return f"invalid SPARQL query: {exc}"
    if len(text) > LONGEST:
        lines = text.splitlines(keepends=True)[: int(place[1]) - 1]
        return marked(text, len("".join(lines)) + int(place[2]) - 1, "unexpected text")
    reader = _Reader(text)
    for rule in (*_LEXICAL, *_RULES):
        found = rule(reader)
        if found:
            return marked(text, *found)
    return marked(text, reader.at, f"unexpected {reader.token!r}")


@dataclass
class _Reader:
    """A query that does not parse, and its tokens up to the first that is wrong."""

    text: str

    @cached_property
    def tokens(self) -> list[tuple[int, str]]:
        """The tokens with their places, comments left out, and "" at the end."""
        found = [
            (match.start(), match[0])
            for match in _PIECE.finditer(self.text)
            if not match[0].isspace() and not match[0].startswith("#")
        ]
        return [*found, (len(self.text.rstrip()), "")]

    @cached_property
    def _stop(self) -> tuple[int, str]:
        """The number of the wrong token, and what the parser expected."""
        padded, starts = "", []
        last = 0
        for start, token in self.tokens:
            apart = start > last or token in "{}()[],;." or padded[-1:] in "{}()[],;"
            padded += " " * _GAP if apart or set(token) <= set("=!<>&|") else ""
            starts.append(len(padded))
            padded += _SERVICE.sub("SERVICZ", token)
            last = start + len(token)
        try:
            with suppress(OSError, RuntimeError):
                pyoxigraph.Store().query(
                    padded.replace("\n", " ") + " " * _GAP,
                    prefixes=PREFIXES,
                    base_iri="http://example.org/",
                )
        except (SyntaxError, ValueError) as exc:
            place = _PLACE.search(str(exc))
            at = int(place[2]) - 1 if place else len(padded)
            number = sum(start <= at for start in starts) - 1
            return max(number, 0), str(exc)
        return len(starts) - 1, ""

    @property
    def number(self) -> int:
        return self._stop[0]

    @property
    def expected(self) -> str:
        return self._stop[1]

    @property
    def at(self) -> int:
        return self.tokens[self.number][0]

    @property
    def token(self) -> str:
        return self.tokens[self.number][1]

    def before(self, steps: int = 1) -> str:
        """Return the token *steps* before the wrong one, in upper case."""
        number = self.number - steps
        return self.tokens[number][1].upper() if number >= 0 else ""

    def after(self) -> str:
        return self.tokens[min(self.number + 1, len(self.tokens) - 1)][1]

    def opened(self) -> list[tuple[int, str]]:
        """Return the brackets that are open before the wrong token."""
        stack: list[tuple[int, str]] = []
        for start, token in self.tokens[: self.number]:
            if token in _CLOSING.values():
                stack.append((start, token))
            elif token in _CLOSING and stack:
                stack.pop()
        return stack

    def expects(self, *words: str) -> bool:
        return any(re.search(rf"\b{word}\b", self.expected) for word in words)

    @property
    def is_in_select(self) -> bool:
        """Whether the wrong token stands among what SELECT names."""
        words = [token.upper() for _, token in self.tokens[: self.number]]
        return "SELECT" in words and "{" not in words[words.index("SELECT") :]


Found = tuple[int, str] | None


# Mistakes in characters, wherever the parser stops


def _curly_quote(query: _Reader) -> Found:
    match = _QUOTE.search(bare(query.text))
    return match and (match.start(), f"{match[0]} is not a quote: use \" or '")


def _open_quote(query: _Reader) -> Found:
    match = re.search("[\"']", bare(query.text))
    return match and (match.start(), f"a text that starts with {match[0]} has no end")


def _address(query: _Reader) -> Found:
    match = _ADDRESS.search(bare(query.text))
    if not match:
        return None
    at, is_open = match.start(), query.text[match.start() - 1 :][:1] == "<"
    if is_open and at:
        return at - 1, "missing '>' at the end of the IRI"
    return at, f"an IRI stands in angle brackets: <{match[0]}>"


def _prefix(query: _Reader) -> Found:
    for start, token in query.tokens:
        prefix, colon, local = token.partition(":")
        before = query.text[:start].split()[-1:]
        if colon and not prefix and before[:1] != ["PREFIX"] and token[0] == ":":
            if re.search(r"PREFIX\s+:", query.text, re.IGNORECASE):
                continue
            guess = _code(local)
            remedy = f"Did you mean {guess}?" if guess else "Declare it with PREFIX"
            return start, f"the prefix ':' is not declared. {remedy}"
    return unknown_prefix(query.text)


_LEXICAL: tuple[Callable[[_Reader], Found], ...] = (
    *(_curly_quote, _open_quote, _address),
)


# Mistakes at the place where the parser stops


def _form(query: _Reader) -> Found:
    if has_form(query.text):
        return None
    start, word = query.at, query.token
    remedy = closest(word.upper(), FORMS)
    code = _code(word)
    if remedy:
        return start, f"unknown word {word!r}. Did you mean {remedy[0]}?"
    if code:
        return start, f"a query starts with a verb. Did you mean DESCRIBE {code}?"
    return start, f"expected one of {', '.join(FORMS)}"


def _quote_inside(query: _Reader) -> Found:
    for (start, token), (after, word) in pairwise(query.tokens):
        if token[0] in "\"'" and after == start + len(token) and word[:1].isalnum():
            return after - 1, f"a quote inside a text is written \\{token[0]}"
    return None


def _declaration(query: _Reader) -> Found:
    token = query.token
    if token.lower() in ("@prefix", "@base"):
        return query.at, f"write {token[1:].upper()} without '@', and no '.' at its end"
    if query.before() == "PREFIX" and ":" not in token:
        return query.at, f"missing ':' after the prefix: PREFIX {token}: <...>"
    if query.before(2) == "PREFIX" and token[:1] != "<":
        return query.at, "expected an IRI in angle brackets"
    if token in (";", ".") and query.before(3) == "PREFIX":
        return query.at, f"no {token!r} stands after a PREFIX line"
    if query.before() in ("FROM", "NAMED"):
        return query.at, f"expected the IRI of a graph after {query.before()}"
    return None


def _brackets(query: _Reader) -> Found:
    opened = query.opened()
    if query.token in _CLOSING and not opened:
        return query.at, f"{query.token!r} closes nothing: remove it"
    if query.token == "" or (query.token in _CLOSING and opened):
        if not opened:
            return None
        at, bracket = opened[-1]
        closing = next(c for c, o in _CLOSING.items() if o == bracket)
        if query.token and bracket == _CLOSING[query.token]:
            return None
        row = query.text.count("\n", 0, at) + 1
        column = at - query.text.rfind("\n", 0, at)
        return query.at, (
            f"missing {closing!r} for the {bracket!r} of line {row}, column {column}"
        )
    return None


def _grouping(query: _Reader) -> Found:
    text = query.text
    if "GROUP BY" in query.expected and "SELECT *" in query.expected:
        at = text.find("*")
        return at, "SELECT * is not possible with GROUP BY: name the variables"
    if "contains a variable that is unbound" not in query.expected:
        return None
    grouped = re.search(r"GROUP\s+BY(.*)", bare(text), re.IGNORECASE | re.DOTALL)
    keys = variables(grouped[1]) if grouped else []
    loose = [name for name in selected(text) if name not in keys]
    if not loose:
        return None
    match = re.search(rf"[?$]{loose[0]}\b", bare(text))
    names = " ".join(f"?{name}" for name in [*keys, *loose])
    return (match.start() if match else 0), (
        f"?{loose[0]} is neither grouped nor aggregated. Add GROUP BY {names}"
    )


def _bound_twice(query: _Reader) -> Found:
    """Explain a BIND for a variable that has a value, which no parser message names."""
    blanked = bare(query.text)
    if query.token != "}":
        return None
    for match in _BIND.finditer(blanked):
        start = blanked.rfind("{", 0, match.start())
        if match[1] in variables(blanked[start : match.start()]):
            problem = f"?{match[1]} has a value already: choose another name"
            return match.start(1) - 1, problem
    return None


def _select(query: _Reader) -> Found:
    token, upper, opened = query.token, query.token.upper(), query.opened()
    is_inside = bool(opened) and opened[-1][1] == "("
    if is_inside and token[:1] in ("?", "$") and query.before() == ")":
        return query.at, f"missing AS before {token}"
    if not query.is_in_select:
        return None
    if token == ",":
        return query.at, "variables are separated by spaces, without ','"
    if token == ")" and query.before(3) in ("DISTINCT", "REDUCED", "SELECT"):
        return opened[-1][0], f"no parentheses stand after {query.before(3)}"
    if token == ")":
        return query.at, "missing AS and a name, as in (COUNT(?x) AS ?n)"
    if upper in _AGGREGATES and not opened:
        return query.at, f"write ({upper}(...) AS ?name), in parentheses"
    if token == "a" or ":" in token:
        return query.at, "missing '{' before the pattern"
    return None


def _order(query: _Reader) -> Found:
    upper = query.token.upper()
    if query.before() in ("ORDER", "GROUP") and upper != "BY":
        return query.at, f"missing BY after {query.before()}"
    if query.before() in ("DESC", "ASC"):
        return query.at, f"write {query.before()}({query.token})"
    if query.before() in ("LIMIT", "OFFSET"):
        return query.at, f"expected a whole number after {query.before()}"
    if upper not in _ENDS:
        return None
    if any(bracket == "{" for _, bracket in query.opened()):
        return query.at, f"{upper} stands after the closing '}}'"
    if "{" not in [token for _, token in query.tokens[: query.number]]:
        return query.at, f"{upper} stands after the pattern in braces"
    return query.at, "the order is GROUP BY, HAVING, ORDER BY, LIMIT"


def _filter(query: _Reader) -> Found:
    if query.before() == "FILTER":
        if query.token.upper() == "NOT":
            return query.at, "write FILTER NOT EXISTS { ... }"
        return query.at, "missing '(' after FILTER"
    if query.before() in ("OPTIONAL", "MINUS", "EXISTS", "UNION") and (
        query.token != "{"
    ):
        return query.at, f"missing '{{' after {query.before()}"
    if query.token.upper() == "UNION":
        return query.at, "both sides of UNION stand in braces: { ... } UNION { ... }"
    if query.token.upper() == "WHERE" and query.opened():
        return query.at, "a condition is written FILTER(...); WHERE stands once"
    if query.token.upper() == "EXISTS":
        return query.at, "[NOT] EXISTS stands alone: FILTER NOT EXISTS { ... }"
    if query.before() == "IN":
        return query.at, "a list stands in parentheses: IN (...)"
    if query.before(2) == "VALUES" and query.token != "{":
        return query.at, "values stand in braces: VALUES ?x { ... }"
    is_values = "VALUES" in [t.upper() for _, t in query.tokens[: query.number]]
    if is_values and '"("' in query.expected and query.before() == "{":
        return query.at, "each row of several values stands in parentheses"
    return None


def _elsewhere(query: _Reader) -> Found:
    remedy = ELSEWHERE.get(query.token.upper())
    return (
        remedy and (query.at, f"{query.token!r} is not SPARQL: use {remedy}")
    ) or None


def _word(query: _Reader) -> Found:
    """Explain a word that is no keyword: a variable, a name, a code, a typing error."""
    word = query.token
    if not _WORD.fullmatch(word):
        return None
    if word.lower() in ("true", "false", "yes", "no"):
        remedy = "true" if word.lower() in ("true", "yes") else "false"
        return query.at, f"unknown word {word!r}. Did you mean {remedy}?"
    code = _code(word)
    if code and re.search(r"\d", word):
        text = code.partition(":")[2]
        return query.at, (
            f'unknown word {word!r}. Did you mean {code}, or the text "{text}"?'
        )
    guesses = [
        *(f"?{word}" for name in variables(query.text) if name == word),
        *_names(word),
        *(k for k in closest(word.upper(), KEYWORDS) if k != word.upper()),
    ]
    if guesses:
        return query.at, f"unknown word {word!r}. Did you mean {guesses[0]}?"
    if word.upper() in KEYWORDS:
        return query.at, f"{word.upper()} is not expected here"
    return query.at, f"unknown word {word!r}: a name has a prefix, a variable a '?'"


def _triple(query: _Reader) -> Found:
    token, opened = query.token, query.opened()
    is_term = bool(re.match(r"[?$<\"'_\d]", token)) or ":" in token
    if opened and opened[-1][1] == "(":
        return (query.at, "missing ',' or ')' before it") if is_term else None
    if set(token) <= set("=!<>") and token:
        return query.at, f"a comparison stands in FILTER(?x {token} ...)"
    if query.before()[-1:] in ("/", "^", "|"):
        return query.at, f"expected a property after {query.before()[-1]!r}"
    if is_term and query.before(2) == ",":
        return query.at, "',' is followed by a value; for another property, write ';'"
    if query.before() in (".", ";", "{") and token in ("}", ".", ";"):
        return None
    if token in ("}", ".", ";", "]", "") and query.opened():
        return query.at, "the triple is incomplete: expected subject, property, value"
    if is_term and any(b == "{" for _, b in query.opened()):
        return query.at, "missing '.' or ';' before the next triple"
    if token in (";", "."):
        return query.at, f"{token!r} is not expected after the query: remove it"
    return None


def _expected(query: _Reader) -> Found:
    """Name what the parser expected, if it is one thing."""
    if query.expects("WHERE") or '"{"' in query.expected:
        return query.at, "missing '{'"
    if '")"' in query.expected:
        return query.at, "missing ')'"
    if not query.token:
        return query.at, "the query ends too early"
    return None


_RULES: tuple[Callable[[_Reader], Found], ...] = (
    *(_quote_inside, _declaration, _prefix, _form, _grouping, _bound_twice, _order),
    *(_select, _brackets, _filter, _elsewhere, _word, _triple, _expected),
)


def _code(word: str) -> str:
    """Return the name of the code that *word* is, "" if it is none."""
    try:
        return f"ICD10CM:{parse(word)}"
    except ParseError:
        return ""


def _names(word: str) -> Iterator[str]:
    """Yield the terms with the local name *word*."""
    for term in terms():
        if term.name.partition(":")[2].lower() == word.lower():
            yield term.name
