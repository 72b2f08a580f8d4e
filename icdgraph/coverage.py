"""What was read of a release and what was not, counted.

Nothing is dropped in silence: each note has its state, faults of the print are listed
with the note they stand in, and an order file shows where the codes themselves differ.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from icdgraph.model import DefectKind, Kind, NoteKind, State
from icdgraph.read import orderfile
from icdgraph.release import source
from icdgraph.serialize import Record, note_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from icdgraph.graph import Defect, Graph
    from icdgraph.read.orderfile import Difference


def audit(graph: Graph, order: str | Path | None = None) -> Record:
    """Return what was read of *graph*'s release, set against *order* where given.

    *order* is the path of an order file, plain or compressed.  Raises `DamagedRelease`
    where it cannot be read.

    >>> from icdgraph.toy import toy
    >>> audit(toy().core)["nodes"]["billable"], audit(toy().core)["states"]["text"]
    (15, 2)
    """
    report: Record = {
        "version": graph.version,
        "source": graph.edition.source,
        "sha256": graph.edition.digest,
        "nodes": _node_counts(graph),
        "notes": _note_counts(graph),
        "states": _state_counts(graph),
        "dangling": [
            _defect_record(defect)
            for defect in graph.defects
            if defect.kind == DefectKind.DANGLING
        ],
        "other_defects": [
            _defect_record(defect)
            for defect in graph.defects
            if defect.kind != DefectKind.DANGLING
        ],
        "seventh_character_exceptions": [
            {
                "owner": exception.owner,
                "characters": list(exception.characters),
                "place": exception.place,
                "values": list(exception.values),
                "removed": list(exception.removed),
                "text": exception.text,
            }
            for exception in graph.seventh_exceptions
        ],
        "problems": [
            {"line": p.line, "where": p.where, "message": p.message, "text": p.text}
            for p in graph.problems
        ],
    }
    if order is not None:
        path = source.locate(order)
        listed = orderfile.read(source.read(path, ".txt"), path.name)
        report["order"] = {"source": path.name, "codes": len(listed)} | _differences(
            orderfile.compare(titles(graph), listed)
        )
    return report


def titles(graph: Graph) -> dict[str, tuple[bool, str]]:
    """Return billable flag and title by code, as `orderfile.compare` takes them."""
    return {node.code: (node.is_billable, node.title) for node in graph.values()}


def _node_counts(graph: Graph) -> Record:
    kinds = Counter(node.kind for node in graph.nodes())
    billable = len(graph.leaves)
    made = sum(graph.made_by(n) is not None for n in graph.numbers())
    return {
        "total": sum(kinds.values()),
        **{kind.value: kinds[kind] for kind in Kind},
        "printed_codes": len(graph) - made,
        "made_by_7th_character": made,
        "billable": billable,
        "headers": len(graph) - billable,
        "levels": max((node.level for node in graph.nodes()), default=0),
    }


def _note_counts(graph: Graph) -> Record:
    counts = Counter((note.kind, note.state) for note in graph.notes())
    return {
        kind.value: {state.value: counts[kind, state] for state in State}
        for kind in NoteKind
    }


def _state_counts(graph: Graph) -> Record:
    counts = Counter(n.state for n in graph.notes() if n.kind.refers)
    return {state.value: counts[state] for state in State}


def _defect_record(defect: Defect) -> Record:
    return {
        "defect": defect.kind.value,
        "reference": defect.text,
        "note": note_record(defect.note),
    }


def _differences(differences: Iterator[Difference]) -> Record:
    found: dict[str, list[Record]] = {
        what: [] for what in ("missing", "extra", "flag", "title", "diacritics")
    }
    for difference in differences:
        found[difference.what].append(
            {
                "code": difference.code,
                "release": difference.ours,
                "order_file": difference.listed,
            }
        )
    return dict(found)


def text(report: Record) -> str:
    """Return *report*, made by `audit`, as lines for a terminal."""
    return "\n".join(_lines(report))


def _lines(report: Record) -> Iterator[str]:
    yield f"ICD-10-CM {report['version']}, read from {report['source']}"
    yield from ("", "Nodes")
    for name, count in report["nodes"].items():
        yield f"  {name.replace('_', ' '):24}{count:>9,}"
    yield from ("", "Notes" + " " * 13 + "".join(f"{state:>24}" for state in State))
    for kind, states in report["notes"].items():
        yield f"  {kind:16}" + "".join(f"{states[s]:>24,}" for s in State)
    yield from _section("References that point nowhere", report["dangling"], _defect)
    yield from _section("Other faults of the print", report["other_defects"], _defect)
    yield from _section(
        "7th-character exceptions applied",
        report["seventh_character_exceptions"],
        lambda e: f"{e['owner']}: {len(e['removed'])} codes not made; {e['text']}",
    )
    yield from _section(
        "Kept aside by the reader",
        report["problems"],
        lambda p: (
            f"line {p['line']}, {p['where']}: {p['message']} {p['text']}".rstrip()
        ),
    )
    if "order" in report:
        yield from _order_lines(report["order"])


def _order_lines(order: Record) -> Iterator[str]:
    yield from ("", f"Against {order['source']}, {order['codes']:,} codes")
    for what, words in {
        "missing": "missing from the release",
        "extra": "not in the order file",
        "flag": "with another billable flag",
        "title": "with another title",
        "diacritics": "with a title that differs by its diacritics alone",
    }.items():
        yield f"  {len(order[what]):>7,} {words}"
        # Order files are ASCII: titles without diacritics are expected, not listed.
        for found in order[what] if what != "diacritics" else ():
            yield f"            {found['code']}: {found['release'] or '-'} | " + (
                found["order_file"] or "-"
            )


def _section(
    heading: str, items: list[Record], line: Callable[[Record], str]
) -> Iterator[str]:
    yield from ("", f"{heading}: {len(items) or 'none'}")
    for item in items:
        yield "  " + line(item)


def _defect(found: Record) -> str:
    note = found["note"]
    return (
        f"{found['defect']}: {found['reference']}, in {note['kind']} "
        f"{note['position']} of {note['owner']}: {note['text']}"
    )
