"""``icdgraph notes``: the instructional notes and what they name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import print_json, print_lines
from icdgraph.model import NoteKind
from icdgraph.serialize import note_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.codegraph import CodeGraph
    from icdgraph.graph import Node, Note

SHOWN = 12
"""Targets and codes shown on one line before the rest is counted."""


@command()
@click.argument("code", required=False)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in NoteKind], case_sensitive=False),
    help="Only notes of this kind; may be given more than once.",
)
@click.option("--inherited", is_flag=True, help="Also those printed above CODE.")
@click.option("--expand", is_flag=True, help="Also the billable codes under targets.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--jsonl", "as_lines", is_flag=True, help="Print a JSON record a line.")
@with_graph
def notes(
    graph: CodeGraph,
    code: str | None,
    kinds: tuple[str, ...],
    inherited: bool,
    expand: bool,
    as_json: bool,
    as_lines: bool,
) -> None:
    """Print the notes printed at CODE; without one, all notes of the release.

    Each note comes with where it is printed, its words, how far it could be read, and
    its targets: the fewest nodes whose subtrees are exactly what it names.

    \b
    Example:
      icdgraph notes M54.50 --inherited
      icdgraph notes --kind excludes1 --expand --jsonl
    """
    if inherited and code is None:
        raise click.UsageError("--inherited goes with a CODE.")
    wanted = [NoteKind(kind) for kind in kinds]
    found = _found(graph, code, wanted, inherited)
    if as_lines:
        records = (note_record(note, expand=expand) for note in found)
        print_lines(json.dumps(record, ensure_ascii=False) for record in records)
    elif as_json:
        print_json([note_record(note, expand=expand) for note in found])
    else:
        print_lines(_lines(found, expand))


def _found(
    graph: CodeGraph, code: str | None, kinds: list[NoteKind], inherited: bool
) -> Iterable[Note]:
    if code is None:
        return graph.notes(*kinds)
    node = graph[code]
    if inherited:
        return node.applicable_notes(*kinds)
    return [note for note in node.notes if not kinds or note.kind in kinds]


def _lines(notes: Iterable[Note], expand: bool) -> Iterator[str]:
    last: tuple[Node, NoteKind] | None = None
    for note in notes:
        if (note.owner, note.kind) != last:
            last = note.owner, note.kind
            yield f"{note.owner.code} {note.owner.title}: {note.kind.heading}"
        state = "" if note.state.value in ("resolved", "text") else f" [{note.state}]"
        indent = "    " if note.heading else "  "
        yield f"{indent}{note.text}{state}"
        if note.scope and not note.heading:
            yield f"{indent}  for {_some([n.code for n in note.scope])}"
        if note.targets:
            yield f"{indent}  -> {_some([n.code for n in note.targets])}"
        if expand and note.targets:
            yield f"{indent}  =  {_some(list(note.billable()))}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
