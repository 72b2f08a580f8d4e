"""What was read of a release: nodes, notes by state, defects and problems, counted.

Nothing is dropped silently: every note has a state, defects are listed with their note,
and an order file shows where the codes themselves differ.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from icdgraph.errors import DamagedRelease
from icdgraph.model import DefectKind, Kind, NoteKind, State
from icdgraph.read import orderfile
from icdgraph.release import source
from icdgraph.serialize import Record, counted, note_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Defect, Graph

DIFFERENCES = {
    "missing": "in the order file only",
    "extra": "in the release only",
    "flag": "billable in one of the two only",
    "title": "with different titles",
    "diacritics": "with titles that differ in diacritics only",
}
"""The differences between a release and an order file, and how they are described."""


@dataclass(frozen=True, slots=True, repr=False)
class Coverage:
    """What was read of a release, as `record` lays it out."""

    _record: Record

    def record(self) -> Record:
        """Return the counts and lists as a record, for ``--json``."""
        return self._record

    def lines(self) -> Iterator[str]:
        """Yield the counts and lists as lines of text."""
        yield f"ICD-10-CM {self._record['version']}, read from {self._record['source']}"
        yield from _count_lines(self._record)
        yield from _problem_lines(self._record)
        if "order" in self._record:
            yield from _order_lines(self._record["order"])

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        nodes, states = self._record["nodes"]["total"], self._record["states"]
        return (
            f"<Coverage of ICD-10-CM {self._record['version']}: {nodes:,} nodes, "
            f"{sum(states.values()):,} notes that refer to codes>"
        )

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def coverage(graph: Graph, order: str | Path | None = None) -> Coverage:
    """Return what was read of the release of *graph*, compared with *order* if given.

    *order* is the path of an order file, plain or compressed.  Raises `DamagedRelease`
    if it cannot be read.

    >>> from icdgraph.toy import toy
    >>> record = coverage(toy().core).record()
    >>> record["nodes"]["billable"], record["states"]["text"]
    (15, 2)
    """
    defects = [
        (d.kind is DefectKind.DANGLING, _defect_record(d)) for d in graph.defects
    ]
    record: Record = {
        "version": graph.version,
        "source": graph.edition.source,
        "sha256": graph.edition.digest,
        "nodes": _node_counts(graph),
        "notes": _note_counts(graph),
        "states": _state_counts(graph),
        "dangling": [defect for is_dangling, defect in defects if is_dangling],
        "other_defects": [defect for is_dangling, defect in defects if not is_dangling],
        "seventh_character_exceptions": [asdict(e) for e in graph.seventh_exceptions],
        "problems": [asdict(problem) for problem in graph.problems],
    }
    if order is not None:
        record["order"] = _compared(graph, order)
    return Coverage(record)


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


def _compared(graph: Graph, order: str | Path) -> Record:
    """Return the differences between *graph* and the order file *order*, by kind."""
    path = Path(order).expanduser()
    if not path.is_file():
        raise DamagedRelease(
            f"the order file {str(order)!r} {source.why_no_file(path)}. Give the path "
            "of an order file such as icd10cm_order_2026.txt, plain or compressed"
        )
    listed = orderfile.read(source.read(path, ".txt"), path.name)
    codes = {node.code: (node.is_billable, node.title) for node in graph.values()}
    record: Record = {"source": path.name, "codes": len(listed)}
    record |= {kind: [] for kind in DIFFERENCES}
    for difference in orderfile.compare(codes, listed):
        record[difference.what].append(
            {
                "code": difference.code,
                "release": difference.ours,
                "order_file": difference.listed,
            }
        )
    return record


# Lines


def _count_lines(record: Record) -> Iterator[str]:
    yield from ("", "Nodes")
    for name, count in record["nodes"].items():
        yield f"  {name.replace('_', ' '):24}{count:>9,}"
    yield from ("", f"{'Notes':19}" + "".join(f"{_head(s):>10}" for s in State))
    for kind, states in record["notes"].items():
        yield f"  {kind:17}" + "".join(f"{states[s]:>10,}" for s in State)


def _head(state: State) -> str:
    return "defect" if state is State.DEFECT else state.value


def _problem_lines(record: Record) -> Iterator[str]:
    sections = {
        "References to codes that do not exist": map(_defect_line, record["dangling"]),
        "Other misprints in references": map(_defect_line, record["other_defects"]),
        "Exceptions to 7th characters": (
            f"{e['owner']}: {counted(len(e['removed']), 'code')} not made; {e['text']}"
            for e in record["seventh_character_exceptions"]
        ),
        "Problems in the file": (
            f"line {p['line']}, {p['where']}: {p['message']} {p['text']}".rstrip()
            for p in record["problems"]
        ),
    }
    for heading, lines in sections.items():
        items = [f"  {line}" for line in lines]
        yield from ("", f"{heading}: {len(items) or 'none'}", *items)


def _defect_line(defect: Record) -> str:
    note = defect["note"]
    return (
        f"{defect['defect']}: {defect['reference']}, in {note['kind']} "
        f"{note['position']} of {note['owner']}: {note['text']}"
    )


def _order_lines(order: Record) -> Iterator[str]:
    yield from ("", f"Compared with {order['source']}, {order['codes']:,} codes")
    for kind, description in DIFFERENCES.items():
        yield f"  {len(order[kind]):>7,} {description}"
        # Order files are ASCII: titles without diacritics are expected, not listed.
        for difference in order[kind] if kind != "diacritics" else ():
            both = difference["release"] or "-", difference["order_file"] or "-"
            yield f"            {difference['code']}: {' | '.join(both)}"
