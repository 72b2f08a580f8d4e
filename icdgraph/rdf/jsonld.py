"""JSON-LD of a graph: a document for each concept, with its notes inside it.

    {"@context": {...}, "@graph": [
      {"type": ["skos:Concept", "ig:Category"], "id": "ICD10CM:M54",
       "prefLabel": "Dorsalgia", "excludes1": ["ICD10CM:F45.41"],
       "note": [{"type": ["ig:Excludes1Note"], "id": "note/M54/excludes1/1",
                 "plainText": "psychogenic dorsalgia (F45.41)", ...}], ...}

A context defines which key stands for which property, and is written into the file.
There are two, which read back to the same triples: ``ontology/context.jsonld``, and
``ontology/context-who.jsonld`` with the keys of WHO's ICD-API, for programs that were
written for it.  Keys that can have several values are always arrays.

The file is in streaming document form (https://www.w3.org/TR/json-ld11-streaming/): the
context first, and in every document its types, then its id, then all else.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from icdgraph.rdf.vocabulary import PREFIXES, expand, folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from icdgraph.rdf.mapping import Resource, Statement

Document = dict[str, Any]

DEFAULT = "icdgraph"

CONTEXTS = {
    DEFAULT: ("context.jsonld", ("ig:note",)),
    "who": (
        "context-who.jsonld",
        ("xkos:exclusionNote", "xkos:coreContentNote", "ig:note"),
    ),
}
"""The file of each context, and the properties whose values are written inside the
concept: a note is written at the first of them that names it; the others refer to it.
"""


class Key(NamedTuple):
    """How a context writes a property: its key, and the type of its values.

    *coerced* is the mark that its literals have in Turtle, ``@en`` or ``^^xsd:date``,
    or ``@id`` if its values are IRIs.
    """

    name: str
    is_set: bool
    coerced: str


class Context:
    """A context, as a table from properties to keys.

    >>> Context("icdgraph").keys["skos:altLabel"]
    Key(name='altLabel', is_set=True, coerced='@en')
    >>> Context("who").keys["skos:narrower"].name
    'child'
    """

    def __init__(self, name: str) -> None:
        file, nested = CONTEXTS[name]
        text = (folder() / file).read_text("utf-8")
        self.terms: dict[str, Any] = json.loads(text)["@context"]
        names = {own: key for key, own in self.terms.items() if isinstance(own, str)}
        self.id = names.get("@id", "@id")
        self.keys = {
            term["@id"]: Key(name, term.get("@container") == "@set", _mark(term))
            for name, term in self.terms.items()
            if isinstance(term, dict)
        }
        self.keys["a"] = Key(names.get("@type", "@type"), True, "@id")
        self.nested = [self.keys[p].name for p in (*nested, "ig:hasSeventhCharacter")]

    def written(self, base: str, prefixes: Mapping[str, str]) -> dict[str, Any]:
        """Return the context for a file that uses *prefixes*."""
        left_out = PREFIXES.keys() - prefixes.keys()

        def used(name: str, term: Any) -> bool:
            prefix = name
            if isinstance(term, dict):
                prefix = term["@id"].partition(":")[0]
            return prefix not in left_out

        terms = {name: term for name, term in self.terms.items() if used(name, term)}
        return terms | {"@base": f"{base}/"}

    def document(
        self, subject: str, statements: list[Statement], base: str
    ) -> Document:
        """Return a resource of the release *base* as a document."""
        kinds = self.keys["a"].name
        # In this order, because a parser of streams refuses a type after the id.
        document: Document = {kinds: [], self.id: self._iri(subject, base)}
        for predicate, term in statements:
            key, is_set, coerced = self.keys[predicate]
            value = self._value(term, coerced, base)
            if is_set:
                document.setdefault(key, []).append(value)
            elif key in document:
                raise ValueError(f"{subject} has {predicate} twice: {key} is no @set")
            else:
                document[key] = value
        if not document[kinds]:
            del document[kinds]
        return document

    def _value(self, term: str, coerced: str, base: str) -> Any:
        """Return *term* as the value that the context reads back as *term*."""
        if term[0] == '"':
            end = term.rindex('"') + 1
            words, mark = json.loads(term[:end]), term[end:]
            if mark == coerced:
                return words
            if mark.startswith("@"):
                return {"@language": mark[1:], "@value": words}
            return {"@type": mark[2:], "@value": words} if mark else {"@value": words}
        if term in ("true", "false"):
            return term == "true"
        if term.isdecimal():
            return int(term)
        iri = self._iri(term, base)
        return iri if coerced == "@id" else {"@id": iri}

    def _iri(self, term: str, base: str) -> str:
        if term[0] == "<":
            return term[1:-1] or base
        spelled_out = term.startswith("ICD10CM:") and "ICD10CM" not in self.terms
        return expand(term) if spelled_out else term


def _mark(term: dict[str, str]) -> str:
    if "@language" in term:
        return "@" + term["@language"]
    kind = term.get("@type", "")
    return kind if kind in ("", "@id") else "^^" + kind


_context = cache(Context)


def lines(
    resources: Iterable[Resource],
    base: str,
    prefixes: Mapping[str, str] = PREFIXES,
    name: str = DEFAULT,
) -> Iterator[str]:
    """Yield JSON-LD in pieces, a document a line; *base* is the release's IRI."""
    terms = _context(name).written(base, prefixes).items()
    context = ",\n".join(f"  {json.dumps(k)}: {json.dumps(term)}" for k, term in terms)
    yield '{"@context": {\n' + context + '\n},\n"@graph": [\n'
    separator = ""
    for document in documents(resources, base, name):
        yield separator + json.dumps(document, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def documents(
    resources: Iterable[Resource], base: str, name: str = DEFAULT
) -> Iterator[Document]:
    """Yield a document for each concept, with those of its notes inside it.

    >>> statements = [("skos:prefLabel", '"Dorsalgia"@en'), ("ig:level", "4")]
    >>> list(documents([("ICD10CM:M54", statements)], "https://example.org/r"))
    [{'id': 'ICD10CM:M54', 'prefLabel': 'Dorsalgia', 'level': 4}]
    """
    context = _context(name)
    concept: Document = {}
    places: dict[str, tuple[list[Any], int]] = {}
    for subject, statements in resources:
        document = context.document(subject, statements, base)
        if place := places.pop(document[context.id], None):
            values, index = place
            values[index] = document
            continue
        if concept:
            yield concept
        concept = document
        places = {
            value: (document[key], index)
            for key in reversed(context.nested)
            for index, value in enumerate(document.get(key, ()))
        }
    if concept:
        yield concept
