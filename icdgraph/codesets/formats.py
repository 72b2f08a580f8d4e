"""The formats in which a set of codes can be written, one line each in `FORMATS`.

text        one code per line
csv         code, undotted code, title, billable
json        an array of objects with the same fields
jsonl       the same, one object per line
sql-in      ``code IN ('M54.50', ...)``
sql-like    ``(code LIKE 'M54%' AND NOT code LIKE 'M544%')``, with as few prefixes
            as possible.  True for a billable code exactly if it is in the set; headers,
            which claims do not have, are not considered
sparql      ``VALUES ?code { ... }`` with full IRIs, for any query
fhir        a FHIR ValueSet (R4, R4B, R5) that lists its concepts

The ValueSet of an empty set has no ``compose``, because a value set that includes a
code system without naming concepts includes all of it.
"""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from icdgraph.codes import compact as undotted
from icdgraph.codesets import bits
from icdgraph.codesets.condense import cover
from icdgraph.errors import IcdGraphError
from icdgraph.serialize import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from icdgraph.graph import Graph

    Spell = Callable[[str], str]

CONCEPTS = "http://purl.bioontology.org/ontology/ICD10CM/"
"""The start of the IRI of each code."""
SYSTEM = "http://hl7.org/fhir/sid/icd-10-cm"
"""The code system in FHIR (HL7 Terminology, ICD-10-CM); its codes have their dot."""
NEVER = "1 = 0"
"""The SQL condition of an empty set."""
LIST_LIMIT = 1000
"""Oracle takes no more expressions in one IN."""
DEPTH_LIMIT = 100
"""SQLite takes expressions up to 1,000 deep, and each OR is one level deeper."""

_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)


def write(
    graph: Graph, chosen: int, form: str, *, column: str = "code", compact: bool = False
) -> str:
    """Return the codes with the bits *chosen* in the format *form*, a key of `FORMATS`.

    *column* is the column of an SQL condition or the variable of a SPARQL block;
    *compact* leaves out the dots in text and SQL.  Raises `IcdGraphError`.
    """
    if form not in FORMATS:
        expected = ", ".join(FORMATS)
        raise IcdGraphError(f"invalid format {form!r}: expected one of {expected}")
    return FORMATS[form](graph, chosen, column, undotted if compact else str)


def _text(graph: Graph, chosen: int, _: str, spell: Spell) -> str:
    return "".join(f"{spell(graph.codes[n])}\n" for n in bits.numbers(chosen))


def _csv(graph: Graph, chosen: int, _: str, __: Spell) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["code", "undotted", "title", "billable"])
    for *fields, billable in map(dict.values, _records(graph, chosen)):
        writer.writerow([*fields, "true" if billable else "false"])
    return file.getvalue()


def _json(graph: Graph, chosen: int, _: str, __: Spell) -> str:
    return _dumped(list(_records(graph, chosen)), indent=2)


def _jsonl(graph: Graph, chosen: int, _: str, __: Spell) -> str:
    return "".join(map(_dumped, _records(graph, chosen)))


def _dumped(document: object, indent: int | None = None) -> str:
    return json.dumps(document, ensure_ascii=False, indent=indent) + "\n"


def _records(graph: Graph, chosen: int) -> Iterator[dict[str, Any]]:
    for number in bits.numbers(chosen):
        code = graph.codes[number]
        yield {
            "code": code,
            "undotted": undotted(code),
            "title": graph.titles[number],
            "billable": graph.is_billable(number),
        }


def _sql_in(graph: Graph, chosen: int, column: str, spell: Spell) -> str:
    name = _identifier(column)
    quoted = [f"'{spell(graph.codes[n])}'" for n in bits.numbers(chosen)]
    lists = [
        f"{name} IN ({', '.join(quoted[start : start + LIST_LIMIT])})"
        for start in range(0, len(quoted), LIST_LIMIT)
    ]
    return f"{_any(lists)}\n"


def _sql_like(graph: Graph, chosen: int, column: str, spell: Spell) -> str:
    name = _identifier(column)
    terms, exceptions = (
        _any([f"{name} LIKE '{spell(graph.codes[first])}%'" for first, _ in runs])
        for runs in cover(graph, chosen & bits.billable(graph), ranges=False)
    )
    if exceptions == NEVER:
        return f"{terms}\n"
    return f"({terms} AND NOT {exceptions})\n"


def _any(conditions: list[str]) -> str:
    """Return the SQL condition that one of *conditions* is true."""
    if not conditions:
        return NEVER
    if len(conditions) > DEPTH_LIMIT:
        starts = range(0, len(conditions), DEPTH_LIMIT)
        return _any([_any(conditions[start : start + DEPTH_LIMIT]) for start in starts])
    joined = "\n  OR ".join(conditions)
    return f"({joined})" if len(conditions) > 1 else joined


def _identifier(column: str) -> str:
    """Return *column* as SQL writes it: in double quotes unless it is a plain name."""
    if not column.strip() or "\0" in column:
        raise IcdGraphError(f"invalid column {column!r}: expected a name, such as dx")
    is_plain = _PLAIN_NAME.fullmatch(column)
    return column if is_plain else '"' + column.replace('"', '""') + '"'


def _sparql(graph: Graph, chosen: int, column: str, _: Spell) -> str:
    if not re.fullmatch(r"[A-Za-z_]\w*", column, re.ASCII):
        expected = "expected letters, digits and _, such as code"
        raise IcdGraphError(f"invalid variable {column!r}: {expected}")
    codes = (f"  <{CONCEPTS}{graph.codes[n]}>\n" for n in bits.numbers(chosen))
    return f"VALUES ?{column} {{\n{''.join(codes)}}}\n"


def _fhir(graph: Graph, chosen: int, _: str, __: Spell) -> str:
    """Return a ValueSet whose URL is derived from the release and the codes.

    The elements are the same in R4, R4B and R5 (HL7, ValueSet).
    """
    numbers = list(bits.numbers(chosen))
    codes = [graph.codes[number] for number in numbers]
    key = "|".join([SYSTEM, graph.edition.identifier, *codes])
    document: dict[str, Any] = {
        "resourceType": "ValueSet",
        "url": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, key)}",
        "name": "ICD10CMCodes",
        "title": f"ICD-10-CM {graph.version}: {counted(len(codes), 'code')}",
        "status": "draft",
    }
    if codes:
        concepts = [
            {"code": graph.codes[n], "display": graph.titles[n]} for n in numbers
        ]
        include = {"system": SYSTEM, "version": graph.version, "concept": concepts}
        document["compose"] = {"include": [include]}
    return _dumped(document, indent=2)


FORMATS: dict[str, Callable[[Graph, int, str, Spell], str]] = {
    "text": _text,
    "csv": _csv,
    "json": _json,
    "jsonl": _jsonl,
    "sql-in": _sql_in,
    "sql-like": _sql_like,
    "sparql": _sparql,
    "fhir": _fhir,
}
"""The function that writes each format, given bits, a column and a spelling."""
NAMED = frozenset({"sql-in", "sql-like", "sparql"})
"""The formats that have a column or variable."""
SPELLED = frozenset({"text", "sql-in", "sql-like"})
"""The formats that can leave out the dots."""
