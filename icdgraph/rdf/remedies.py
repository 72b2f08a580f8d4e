"""The term that was probably meant by one that does not occur in the data.

A term of another vocabulary or of an earlier version has its remedy in a table,
``instead.toml``.  Else a remedy is a term that does occur in the place of the other:
the same in another case, namespace, language or datatype, or the nearest in spelling.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from icdgraph import codes
from icdgraph.errors import ParseError
from icdgraph.rdf.glossary import terms
from icdgraph.rdf.occurrences import TYPE, Occurrences
from icdgraph.rdf.query_text import declared
from icdgraph.rdf.vocabulary import PREFIXES, RELEASES, expand, iri_of
from icdgraph.spelling import closest, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from icdgraph.rdf.occurrences import Value

SHOWN = 60
"""Characters of a text that a hint quotes."""

LISTED = 10
"""Texts of a property that are fewer than these are all named."""

CODES_AWAY = 2
"""Characters by which a code may differ from one that was meant."""

_LOCAL = re.compile(r"[\w-](?:[\w.-]*[\w-])?")
_NAME = re.compile(r"\b\w+:\w+")
_XSD = PREFIXES["xsd"]
_NOTATION = NamedNode(expand("skos:notation"))
_PLAIN = _XSD + "string"
_DATATYPES = ("string", "boolean", "integer", "decimal", "double", "date", "anyURI")
_TRUTH = dict.fromkeys(("true", "yes", "y", "1"), "true")
_TRUTH |= dict.fromkeys(("false", "no", "n", "0"), "false")


@cache
def instead() -> dict[str, dict[str, str]]:
    """Return the tables of ``instead.toml``.

    >>> instead()["properties"]["rdfs:subClassOf"]
    'skos:broader'
    """
    path = Path(__file__).with_name("instead.toml")
    return tomllib.loads(path.read_text("utf-8"))


class Names:
    """How the query *text* writes terms: with its own prefixes, or in full.

    >>> names = Names("PREFIX s: <http://www.w3.org/2004/02/skos/core#> ASK {}")
    >>> names.write(NamedNode(expand("skos:broader")))
    's:broader'
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._own = declared(text)
        bound = {p: ns for p, ns in PREFIXES.items() if p not in self._own}
        self._prefixes = [*self._own.items(), *bound.items()]

    def write(self, term: Value) -> str:
        """Return *term* as the query writes it, or would."""
        if isinstance(term, Literal):
            return self._literal(term)
        iri = term.value
        if not self.is_full(iri):
            for prefix, namespace in self._prefixes:
                local = iri.removeprefix(namespace)
                if local != iri and _LOCAL.fullmatch(local):
                    return f"{prefix}:{local}"
        return f"<{iri}>"

    def is_full(self, iri: str) -> bool:
        """Return True if the query has *iri* in angle brackets."""
        return f"<{iri}>" in self._text

    def expression(self, path: str) -> str:
        """Return a property path of `instead` as the query would write it."""
        return _NAME.sub(lambda m: self.write(NamedNode(expand(m[0]))), path)

    def wrong_namespace(self, iri: str, meant: str) -> tuple[str, str, str] | None:
        """Return the prefix that the query binds to a namespace that is not *meant*.

        With it are the namespace, and the one that *meant* is in.
        """
        for prefix, namespace in self._own.items():
            if namespace and iri.startswith(namespace) and not self.is_full(iri):
                return prefix, namespace, _namespace_of(meant)
        return None

    def _literal(self, term: Literal) -> str:
        kind = term.datatype.value
        if kind in (_XSD + "boolean", _XSD + "integer"):
            return term.value
        is_long = len(term.value) > SHOWN
        text = f"{term.value[: SHOWN - 1]}..." if is_long else term.value
        if term.language or kind == _PLAIN:
            return str(Literal(text, language=term.language))
        return f"{Literal(text)}^^{self.write(term.datatype)}"


class Remedies:
    """Terms that occur in *data* and were probably meant, written as by *names*."""

    def __init__(self, data: Occurrences, names: Names, release: str) -> None:
        self._data = data
        self._names = names
        self._release = release

    def property(self, iri: str) -> tuple[str, ...]:
        """Return what to write instead of a property that no triple has."""

        def occurs(term: NamedNode) -> bool:
            return self._data.has(None, term, None)

        return self._term(iri, "properties", occurs)

    def kind(self, iri: str) -> tuple[str, ...]:
        """Return what to write instead of a class that nothing is of."""

        def occurs(term: NamedNode) -> bool:
            return self._data.has(None, TYPE, term)

        return self._term(iri, "classes", occurs)

    def resource(self, iri: str) -> tuple[str, ...]:
        """Return what to write instead of an IRI that occurs nowhere."""

        def occurs(term: NamedNode) -> bool:
            return self._data.has(term, None, None)

        local = re.split(r"[#/]", iri)[-1]
        for name in _codes(local):
            term = NamedNode(iri_of(name))
            if term.value != iri and occurs(term):
                return (self._names.write(term),)
        if iri.startswith(PREFIXES["ICD10CM"]):
            names = nearest(local.upper(), self._data.codes(), 3, CODES_AWAY)
            return tuple(self._names.write(NamedNode(iri_of(name))) for name in names)
        if iri.startswith(RELEASES):
            path = iri.removeprefix(RELEASES).partition("/")[2]
            term = NamedNode(f"{self._release}/{path}".rstrip("/"))
            return (self._names.write(term),) if occurs(term) else ()
        return self._term(iri, "", occurs)

    def value(self, term: Value, prop: NamedNode | None) -> tuple[str, ...]:
        """Return what to write instead of *term*, which is no value of *prop*.

        It is the same text as another kind of term, or a value of the few that there
        are.
        """
        for meant in _like(term):
            if self._data.has(None, prop, meant):
                return (self._names.write(meant),)
        if prop == _NOTATION:
            near = nearest(term.value.upper(), self._data.codes(), 3, CODES_AWAY)
            return tuple(self._names.write(Literal(code)) for code in near)
        values = self._data.values(prop) if prop else []
        texts = {v.value: v for v in values if isinstance(v, Literal)}
        close = closest(term.value, texts)
        if not close and _is_text(term) and len(texts) < LISTED:
            close = sorted(texts)
        return tuple(self._names.write(texts[text]) for text in close)

    def text(self, term: NamedNode, prop: NamedNode) -> tuple[str, ...]:
        """Return the text that *prop* has as its value, in the place of an IRI."""
        for meant in _like(term):
            if self._data.has(None, prop, meant):
                return (self._names.write(meant),)
        return ()

    def meant(self, iri: str) -> str:
        """Return *iri* with a namespace that is known, if one was probably meant."""
        if any(iri.startswith(ns) for ns in (*PREFIXES.values(), RELEASES)):
            return iri
        loose = _loose(iri)
        for namespace in PREFIXES.values():
            start = _loose(namespace).rstrip("#/")
            if loose.lower().startswith(start.lower()):
                return namespace + loose[len(start) :].lstrip("#/")
        end = max(iri.rfind("#"), iri.rfind("/")) + 1
        near = closest(iri[:end], PREFIXES.values(), end // 4)
        return near[0] + iri[end:] if near else iri

    def _term(
        self, iri: str, table: str, occurs: Callable[[NamedNode], bool]
    ) -> tuple[str, ...]:
        """Return terms of the glossary that were meant by *iri* and that occur."""
        namespace = _namespace_of(iri)
        prefix = next((p for p, ns in PREFIXES.items() if ns == namespace), "")
        local = iri.removeprefix(namespace)
        written = instead().get(table, {}).get(f"{prefix}:{local}")
        if written is None and table == "properties":
            written = instead()["names"].get(local)
        if written:
            return (self._names.expression(written),)
        names = [term.name for term in terms() if ":" in term.name]
        if f"{prefix}:{local}" in names:
            return ()  # it is a term of the vocabulary, of which there is no data
        known = {name: NamedNode(expand(name)) for name in names}
        known = {name: term for name, term in known.items() if occurs(term)}
        same = [n for n in known if _local(n).lower() == local.lower()]
        mine = {_local(n): n for n in known if n.startswith(f"{prefix}:")}
        others = {_local(n): n for n in known}
        close = [mine[n] for n in closest(local, mine)]
        near = same or close or [others[n] for n in closest(local, others)]
        return tuple(self._names.write(known[name]) for name in near)


def _local(name: str) -> str:
    return name.partition(":")[2]


def _is_text(term: Value) -> bool:
    return isinstance(term, Literal) and term.datatype.value == _PLAIN


def _codes(text: str) -> Iterator[str]:
    """Yield *text* as the name of a concept, and as a code with its dot."""
    yield text
    try:
        yield codes.parse(text)
    except ParseError:
        return


def _like(term: Value) -> Iterator[Value]:
    """Yield other terms that *term* may have been meant for, the likeliest first."""
    text = term.value
    if isinstance(term, NamedNode):
        text = re.split(r"[#/]", text)[-1]
    for form in dict.fromkeys(_forms(text)):
        yield Literal(form)
        yield Literal(form, language="en")
        for datatype in _DATATYPES:
            yield Literal(form, datatype=NamedNode(_XSD + datatype))
        for namespace in ("ICD10CM", "ig", "skos"):
            if isinstance(term, Literal) and _LOCAL.fullmatch(form):
                yield NamedNode(PREFIXES[namespace] + form)


def _forms(text: str) -> Iterator[str]:
    """Yield *text*, its code, its truth value, and it in other cases."""
    text = text.strip()
    yield text
    yield from _codes(text)
    if text.lower() in _TRUTH:
        yield _TRUTH[text.lower()]
    yield text[:1].upper() + text[1:]
    yield text.capitalize()
    yield text.lower()
    yield text.upper()


def _loose(iri: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", iri)


def _namespace_of(iri: str) -> str:
    """Return the longest known namespace of *iri*, "" if there is none."""
    starts: Iterable[str] = (ns for ns in PREFIXES.values() if iri.startswith(ns))
    return max(starts, key=len, default="")
