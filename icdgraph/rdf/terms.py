"""Terms: how an IRI or a literal is written, and what it says when spelt out.

    in a `Resource`                  spelt out, as in N-Triples
    ICD10CM:M54                      <http://purl.bioontology.org/ontology/ICD10CM/M54>
    <note/M54/excludes1/1>           <https://w3id.org/.../note/M54/excludes1/1>
    <>                               <https://w3id.org/icdgraph/release/2026-04-01>
    a                                <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>
    true, 4                          "true"^^<...#boolean>, "4"^^<...#integer>
    "Dorsalgia"@en                   the same

The forms on the left are those of Turtle, in the few shapes that the mapping writes;
every writer starts from them.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from icdgraph.rdf.vocabulary import PREFIXES, expand


class Literal(NamedTuple):
    """What a literal says: its words, and either a language or a datatype's name."""

    words: str
    language: str = ""
    datatype: str = ""


def text(words: str) -> str:
    r"""Return the literal that says *words* in English.

    >>> text('called "railway spine"')
    '"called \\"railway spine\\""@en'
    """
    return json.dumps(words, ensure_ascii=False) + "@en"


def literal(term: str) -> Literal | None:
    """Return what *term* says if it is a literal, None for an IRI.

    >>> literal('"2026-04-01"^^xsd:date')
    Literal(words='2026-04-01', language='', datatype='xsd:date')
    >>> literal("4"), literal("ICD10CM:M54")
    (Literal(words='4', language='', datatype='xsd:integer'), None)
    """
    if term[0] == '"':
        end = term.rindex('"') + 1
        words, mark = json.loads(term[:end]), term[end:]
        if mark.startswith("@"):
            return Literal(words, language=mark[1:])
        return Literal(words, datatype=mark.removeprefix("^^"))
    if term in ("true", "false"):
        return Literal(term, datatype="xsd:boolean")
    return Literal(term, datatype="xsd:integer") if term.isdecimal() else None


def iri(term: str, base: str) -> str:
    """Return the IRI that *term* stands for in the release whose IRI is *base*.

    >>> iri("<note/M54/excludes1/1>", "https://example.org/r")
    'https://example.org/r/note/M54/excludes1/1'
    """
    if term == "a":
        return PREFIXES["rdf"] + "type"
    if term[0] != "<":
        return expand(term)
    # What is relative has no colon in it: the mapping quotes the steps of a path.
    inside = term[1:-1]
    return inside if ":" in inside else f"{base}/{inside}" if inside else base


class Spelt(dict[str, str]):
    """Terms spelt out as in N-Triples; IRIs, which come again and again, are kept.

    >>> Spelt("https://example.org/r")["xsd:date"]
    '<http://www.w3.org/2001/XMLSchema#date>'
    """

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def __missing__(self, term: str) -> str:
        if term[0] == '"':
            # Escapes are those of JSON, which N-Triples shares (its section 3).
            end = term.rindex('"') + 1
            datatype = term[end:].removeprefix("^^")
            return (
                term[:end] + f"^^{self[datatype]}" if term[end:] != datatype else term
            )
        said = literal(term)
        if said:
            spelt = f'"{said.words}"^^{self[said.datatype]}'
        else:
            spelt = f"<{iri(term, self.base)}>"
        self[term] = spelt
        return spelt
