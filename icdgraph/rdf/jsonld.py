"""JSON-LD of a graph: a document for each concept, its notes inside it.

    {"@context": {...}, "@graph": [
      {"id": "ICD10CM:M54", "type": ["skos:Concept", "ig:Category"],
       "prefLabel": "Dorsalgia", "excludes1": ["ICD10CM:F45.41"],
       "note": [{"id": "note/M54/excludes1/1",
                 "plainText": "psychogenic dorsalgia (F45.41)", ...}], ...}

The context is ``ontology/context.jsonld``, inlined, since few tools load remote ones.
Keys that may hold several values are arrays always, as the context's ``@set`` says.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from icdgraph.rdf.vocabulary import folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.rdf.mapping import Resource, Statement

Document = dict[str, Any]
NESTED = ("note", "hasSeventhCharacter")
"""Keys whose resources are written inside the concept that names them."""


@cache
def context() -> dict[str, Any]:
    """Return the context of ``ontology/context.jsonld``."""
    path = folder() / "context.jsonld"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))["@context"]
    return found


@cache
def keys() -> dict[str, tuple[str, bool]]:
    """Return, for each predicate, its key and whether its values are a set."""
    found = {
        term["@id"]: (key, term.get("@container") == "@set")
        for key, term in context().items()
        if isinstance(term, dict)
    }
    found["a"] = ("type", True)
    return found


def lines(resources: Iterable[Resource], base: str) -> Iterator[str]:
    """Yield JSON-LD in pieces, a document a line; *base* is the release's IRI."""
    whole = {**context(), "@base": f"{base}/"}
    yield '{"@context": ' + json.dumps(whole, ensure_ascii=False) + ',\n"@graph": [\n'
    separator = ""
    for document in documents(resources, base):
        yield separator + json.dumps(document, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def documents(resources: Iterable[Resource], base: str) -> Iterator[Document]:
    """Yield a document for each resource, those of its notes put inside a concept's.

    >>> said = [("skos:prefLabel", '"Dorsalgia"@en'), ("ig:level", "4")]
    >>> list(documents([("ICD10CM:M54", said)], "https://example.org/r"))
    [{'id': 'ICD10CM:M54', 'prefLabel': 'Dorsalgia', 'level': 4}]
    """
    concept: Document = {}
    places: dict[str, tuple[list[Any], int]] = {}
    for subject, statements in resources:
        document = _document(subject, statements, base)
        place = places.pop(document["id"], None)
        if place:
            values, index = place
            values[index] = document
            continue
        if concept:
            yield concept
        concept = document
        places = {
            value: (document[key], index)
            for key in NESTED
            for index, value in enumerate(document.get(key, ()))
        }
    if concept:
        yield concept


def _document(subject: str, statements: list[Statement], base: str) -> Document:
    document: Document = {"id": _value(subject, base)}
    known = keys()
    for predicate, term in statements:
        key, is_set = known[predicate]
        value = _value(term, base)
        if is_set:
            document.setdefault(key, []).append(value)
        elif key in document:
            raise ValueError(f"{subject} has {predicate} twice, and {key} is not a set")
        else:
            document[key] = value
    return document


def _value(term: str, base: str) -> str | int | bool:
    """Return a term of Turtle as the value that the context reads back as it."""
    if term[0] == '"':
        text: str = json.loads(term[: term.rindex('"') + 1])
        return text
    if term[0] == "<":
        return term[1:-1] or base
    if term in ("true", "false"):
        return term == "true"
    return int(term) if term.isdecimal() else term
