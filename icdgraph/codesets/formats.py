"""The formats a set of codes is written in, each a line in `FORMATS`.

text        a code a line
csv         code, undotted code, title, billable
json        an array of objects with the same
sql-in      ``code IN ('M54.50', ...)``, in parts of a thousand: some databases take
            no more
sql-like    ``code LIKE 'M54%' AND NOT code LIKE 'M544%'``: as few prefixes as there can
            be.  True of a billable code exactly when it is in the set; it says nothing
            of headers, which no claim holds
sparql      ``VALUES ?code { ... }`` with full IRIs, to paste into any query
fhir        a FHIR ValueSet (R4, R4B, R5) that lists its concepts

An empty set is an empty text, a condition that never holds, a block of no values; its
ValueSet has no ``compose``, since one that includes nothing in particular of a code
system includes all of it.
"""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from icdgraph import codes
from icdgraph.codesets import condense
from icdgraph.errors import IcdGraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from icdgraph.codesets.codeset import CodeSet

CONCEPTS = "http://purl.bioontology.org/ontology/ICD10CM/"
"""What the IRIs of codes start with."""
SYSTEM = "http://hl7.org/fhir/sid/icd-10-cm"
"""The code system in FHIR (HL7 Terminology, ICD-10-CM); its codes have their dot."""
NEVER = "1 = 0\n"
"""The SQL condition of an empty set."""
MOST_IN_A_LIST = 1000
"""Oracle takes no more expressions in one IN."""
MOST_IN_A_ROW = 100
"""SQLite takes no expression more than a thousand deep, and each OR is one deeper."""

_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)


def written(
    codeset: CodeSet, form: str, *, column: str = "code", compact: bool = False
) -> Iterator[str]:
    """Yield *codeset* in the format *form*, a key of `FORMATS`, piece by piece.

    *column* is the column of an SQL condition and the variable of a SPARQL block;
    *compact* leaves out the dots in text and SQL.  Raises `IcdGraphError`.

    >>> from icdgraph.toy import toy
    >>> print(*written(toy().codes("M54.4-"), "text", compact=True), sep="", end="")
    M5441
    M5442
    """
    if form not in FORMATS:
        raise IcdGraphError(
            f"{form!r} is not a format of code sets; "
            f"{', '.join(FORMATS)} would be right"
        )
    return FORMATS[form](codeset, column, compact)


def _text(codeset: CodeSet, _: str, compact: bool) -> Iterator[str]:
    return (f"{_spelt(code, compact)}\n" for code in codeset)


def _csv(codeset: CodeSet, _: str, compact: bool) -> Iterator[str]:
    yield "code,undotted,title,billable\n"
    for record in _records(codeset):
        out = io.StringIO()
        record["billable"] = "true" if record["billable"] else "false"
        csv.writer(out, lineterminator="\n").writerow(record.values())
        yield out.getvalue()


def _json(codeset: CodeSet, _: str, compact: bool) -> Iterator[str]:
    yield json.dumps(list(_records(codeset)), ensure_ascii=False, indent=2) + "\n"


def _records(codeset: CodeSet) -> Iterator[dict[str, Any]]:
    for node in codeset.nodes:
        yield {
            "code": node.code,
            "undotted": codes.compact(node.code),
            "title": node.title,
            "billable": node.is_billable,
        }


def _sql_in(codeset: CodeSet, column: str, compact: bool) -> Iterator[str]:
    name = _identifier(column)
    quoted = [f"'{_spelt(code, compact)}'" for code in codeset]
    lists = [
        ", ".join(quoted[start : start + MOST_IN_A_LIST])
        for start in range(0, len(quoted), MOST_IN_A_LIST)
    ]
    yield _either([f"{name} IN ({codes})" for codes in lists])


def _sql_like(codeset: CodeSet, column: str, compact: bool) -> Iterator[str]:
    name, names = _identifier(column), codeset.graph.codes

    def likes(layer: list[condense.Term]) -> str:
        starts = sorted(term.first for term in layer)
        return _either(
            [f"{name} LIKE '{_spelt(names[node], compact)}%'" for node in starts]
        ).rstrip("\n")

    layers = condense.layers(codeset.graph, codeset.billable.bits, ranges=False)
    pairs = zip_longest(layers[::2], layers[1::2])
    yield _either(
        [
            f"({likes(kept)} AND NOT {likes(taken)})" if taken else likes(kept)
            for kept, taken in pairs
        ]
    )


def _either(conditions: list[str]) -> str:
    """Return the SQL that one of *conditions* holds, ended by a line feed."""
    if not conditions:
        return NEVER
    if len(conditions) > MOST_IN_A_ROW:
        starts = range(0, len(conditions), MOST_IN_A_ROW)
        rows = (conditions[start : start + MOST_IN_A_ROW] for start in starts)
        return _either([_either(row).rstrip("\n") for row in rows])
    joined = "\n  OR ".join(conditions)
    return f"({joined})\n" if len(conditions) > 1 else f"{joined}\n"


def _identifier(column: str) -> str:
    """Return *column* as SQL writes it: as it is if plain, else in double quotes.

    >>> _identifier("c.dx"), _identifier("the dx")
    ('c.dx', '"the dx"')
    """
    if not column.strip() or "\0" in column:
        raise IcdGraphError(f"{column!r} is not a column; 'code' would be right")
    if _PLAIN_NAME.fullmatch(column):
        return column
    return '"' + column.replace('"', '""') + '"'


def _sparql(codeset: CodeSet, column: str, compact: bool) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z_]\w*", column, re.ASCII):
        raise IcdGraphError(
            f"{column!r} is not the name of a variable; 'code' would be right"
        )
    yield f"VALUES ?{column} {{\n"
    yield from (f"  <{CONCEPTS}{code}>\n" for code in codeset)
    yield "}\n"


def _fhir(codeset: CodeSet, _: str, compact: bool) -> Iterator[str]:
    yield json.dumps(value_set(codeset), ensure_ascii=False, indent=2) + "\n"


def value_set(codeset: CodeSet) -> dict[str, Any]:
    """Return *codeset* as a FHIR ValueSet that lists its concepts.

    Its ``url`` is made of the release and the codes, so that the same set has the same
    one; give it one of your own before you publish it.  The elements are the same in
    R4, R4B and R5 (HL7, ValueSet).
    """
    version = codeset.graph.version
    concepts = [{"code": node.code, "display": node.title} for node in codeset.nodes]
    key = "|".join([SYSTEM, codeset.graph.edition.identifier, *codeset])
    include = {"system": SYSTEM, "version": version, "concept": concepts}
    document: dict[str, Any] = {
        "resourceType": "ValueSet",
        "url": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, key)}",
        "name": "ICD10CMCodes",
        "title": f"ICD-10-CM {version}: {codeset.count}",
        "status": "draft",
    }
    return document | ({"compose": {"include": [include]}} if concepts else {})


def _spelt(code: str, compact: bool) -> str:
    return codes.compact(code) if compact else code


FORMATS: dict[str, Callable[[CodeSet, str, bool], Iterator[str]]] = {
    "text": _text,
    "csv": _csv,
    "json": _json,
    "sql-in": _sql_in,
    "sql-like": _sql_like,
    "sparql": _sparql,
    "fhir": _fhir,
}
"""How each format is written: from a set, a column and whether to be compact."""
