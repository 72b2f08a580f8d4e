"""The named queries: questions in SPARQL that come with the package.

Each is a file in ``ontology/queries``: standard SPARQL, below a header of comments:

    # never-with: Which codes should not be coded together with a given code?
    # group: Never together
    # Both directions of Excludes1, inherited notes included.
    # param code: the code to look up (code, default M54.50)

    header      = question group explanation* parameter*
    question    = "# " NAME ": " TEXT "?"
    group       = "# group: " TEXT
    explanation = "# " TEXT
    parameter   = "# param " NAME ": " TEXT " (" KIND ", default " VALUE ")"
    KIND        = "code" | "codes" | "text" | "integer" | "note kind"

A parameter is a variable that the query writes with a dollar sign, ``$code``.  `bind`
puts a term of RDF in its place: an IRI, a literal with every quote escaped, or a
number; for ``codes``, the IRIs that a ``VALUES`` block lists.  So text of a user never
becomes part of the query's grammar.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING

from icdgraph import codes
from icdgraph.errors import QueryError
from icdgraph.graph import Node
from icdgraph.model import NoteKind
from icdgraph.rdf.query_text import form
from icdgraph.rdf.vocabulary import folder, iri_of
from icdgraph.spelling import nearest

if TYPE_CHECKING:
    from icdgraph.graph import Graph

_PARAMETER = re.compile(
    r"# param (?P<name>[a-z]\w*): (?P<description>.+)"
    r" \((?P<kind>[a-z ]+), default (?P<default>[^()]+)\)"
)
_PLACE = re.compile(
    r'"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\s]*>|#.*"
    r"|\$(?P<name>\w+)"
)
"""A parameter in a query, or a string, IRI or comment, which contains none."""

_GROUP = "# group: "
_SEPARATOR = re.compile(r"\s*[,;]\s*|(?<![-\s])\s+(?![-\s])")
"""What stands between the codes of a list; a range may have spaces around its dash."""

_RANGE = re.compile(r"[A-Z][0-9A-Z]{2}-[A-Z][0-9A-Z]{2}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


GROUPS = (
    "One code",
    "Sets of codes",
    "Never together",
    "Before and after",
    "Notes",
    "Words",
    "Contradictions and errors",
    "Counts",
)
"""What the named queries are about, in the order in which they are listed."""


class ParameterKind(StrEnum):
    """What a parameter takes: ``code`` is a code, section or chapter."""

    CODE = "code"
    CODES = "codes"
    TEXT = "text"
    INTEGER = "integer"
    NOTE_KIND = "note kind"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query, and the value that it has where none is given."""

    name: str
    kind: ParameterKind
    description: str
    default: str


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question with a name; *form* is SELECT, ASK, CONSTRUCT or DESCRIBE.

    *group* is the heading under which it is listed; *text* the whole file, its
    parameters still variables.
    """

    name: str
    group: str
    question: str
    explanation: str
    form: str
    parameters: tuple[Parameter, ...]
    text: str

    def bind(self, graph: Graph | None, /, **values: object) -> str:
        """Return the query with *values* in the place of its parameters, as terms.

        Codes are looked up in *graph*; without one, for an endpoint with another
        release, they must be written as codes or ranges.  Raises `QueryError`, and
        `ParseError` or `UnknownCode` for codes.

        >>> from icdgraph.toy import toy
        >>> print(find("is-billable").bind(toy().core, code="m5450").splitlines()[-1])
        WHERE { <http://purl.bioontology.org/ontology/ICD10CM/M54.50> ig:billable true }
        """
        known = [parameter.name for parameter in self.parameters]
        for name in values:
            if name not in known:
                expected = ", ".join(known) or "no parameters"
                raise QueryError(
                    f"unknown parameter {name!r} of {self.name}: expected {expected}"
                )
        terms = {
            parameter.name: self._term(
                parameter, values.get(parameter.name, parameter.default), graph
            )
            for parameter in self.parameters
        }
        return _PLACE.sub(lambda m: terms[m["name"]] if m["name"] else m[0], self.text)

    def _term(self, parameter: Parameter, value: object, graph: Graph | None) -> str:
        match parameter.kind, value:
            case ParameterKind.CODES, str() if listed := value.strip(" ,;\n"):
                return self._term(parameter, _SEPARATOR.split(listed), graph)
            case ParameterKind.CODES, [_, *_]:
                one = replace(parameter, kind=ParameterKind.CODE)
                return " ".join(self._term(one, code, graph) for code in value)
            case ParameterKind.CODE, Node():
                return f"<{iri_of(value)}>"
            case ParameterKind.CODE, int() if graph is not None:
                return f"<{iri_of(graph.chapter(value))}>"
            case ParameterKind.CODE, str() if graph is not None:
                return f"<{iri_of(graph[value])}>"
            case ParameterKind.CODE, str():
                packed = "".join(value.split()).upper()
                is_range = _RANGE.fullmatch(packed)
                return f"<{iri_of(packed if is_range else codes.parse(packed))}>"
            case ParameterKind.INTEGER, str() | int() if _INTEGER.fullmatch(str(value)):
                return str(int(value))
            case ParameterKind.TEXT, str() if _is_unicode(value):
                # JSON escapes what SPARQL escapes (SPARQL 1.1 section 19.7), quotes,
                # backslashes and line feeds among it, so that the text cannot end.
                return json.dumps(value, ensure_ascii=False)
            case ParameterKind.NOTE_KIND, str() if value in list(NoteKind):
                return f'"{value}"'
        raise QueryError(
            f"invalid value {value!r} for {parameter.name!r} of {self.name}: expected "
            f"{_EXPECTED[parameter.kind]}"
        )


_EXPECTED = {
    ParameterKind.CODE: "a code, section or chapter",
    ParameterKind.CODES: "codes, sections or chapters, with commas between them",
    ParameterKind.TEXT: "text",
    ParameterKind.INTEGER: "a whole number",
    ParameterKind.NOTE_KIND: "one of " + ", ".join(NoteKind),
}


def queries() -> dict[str, NamedQuery]:
    """Return the named queries by name, in the order of their names.

    >>> queries()["never-with"].question
    'Which codes should not be coded together with a given code?'
    """
    return dict(_queries())


def by_group() -> dict[str, list[NamedQuery]]:
    """Return the named queries by group, by name within a group.

    >>> list(by_group())[:3]
    ['One code', 'Sets of codes', 'Never together']
    """
    groups: dict[str, list[NamedQuery]] = {group: [] for group in GROUPS}
    for query in queries().values():
        groups[query.group].append(query)
    return groups


@cache
def _queries() -> dict[str, NamedQuery]:
    paths = sorted((folder() / "queries").glob("*.rq"), key=lambda path: path.stem)
    return {path.stem: read(path.read_text("utf-8")) for path in paths}


def find(name: str) -> NamedQuery:
    """Return the named query *name*; raises `QueryError`, which suggests names.

    >>> find("never-wiht")
    Traceback (most recent call last):
    icdgraph.errors.QueryError: unknown query 'never-wiht'. Did you mean never-with, ...
    """
    known = _queries()
    if name not in known:
        *first, last = nearest(name, known, 3)
        raise QueryError(
            f"unknown query {name!r}. Did you mean {', '.join(first)} or {last}? For "
            "all of them: icdgraph query --list"
        )
    return known[name]


def read(text: str) -> NamedQuery:
    r"""Return the query that the *text* of a file holds.

    >>> read("# top: What is at the top?\n\nDESCRIBE ICD10CM:ICD-10-CM\n").question
    'What is at the top?'
    """
    first, *rest = takewhile(lambda line: line.startswith("# "), text.splitlines())
    name, _, question = first.removeprefix("# ").partition(": ")
    groups = [line.removeprefix(_GROUP) for line in rest if line.startswith(_GROUP)]
    rest = [line for line in rest if not line.startswith(_GROUP)]
    parameters = tuple(
        Parameter(m["name"], ParameterKind(m["kind"]), m["description"], m["default"])
        for m in filter(None, map(_PARAMETER.fullmatch, rest))
    )
    explanation = (line[2:] for line in rest if not _PARAMETER.fullmatch(line))
    return NamedQuery(
        name,
        "".join(groups),
        question,
        " ".join(explanation),
        form(text),
        parameters,
        text,
    )


def _is_unicode(text: str) -> bool:
    """Return True if *text* can be encoded: half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
