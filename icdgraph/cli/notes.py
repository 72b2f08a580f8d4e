"""``icdgraph notes``: the instructional notes and the codes they name."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, form_options, kind_option, with_graph
from icdgraph.cli.output import print_records
from icdgraph.model import NoteKind
from icdgraph.serialize import counted, node_name, note_record, remark, titled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.codegraph import CodeGraph
    from icdgraph.graph import Node, Note

SHOWN = 12
"""How many targets and codes are shown on one line."""


@command()
@click.argument("code", required=False)
@kind_option(
    NoteKind,
    "Only notes of this kind: excludes1, excludes2, useAdditionalCode, codeFirst, "
    "codeAlso, includes, inclusionTerm, notes or sevenChrNote. Can be repeated.",
)
@click.option("--inherited", is_flag=True, help="Add the notes that CODE inherits.")
@click.option("--expand", is_flag=True, help="Add the billable codes below targets.")
@form_options("json", "jsonl")
@with_graph
def notes(
    graph: CodeGraph,
    code: str | None,
    kinds: tuple[str, ...],
    inherited: bool,
    expand: bool,
    form: str,
) -> None:
    """Print the notes defined at CODE, or all notes if no CODE is given.

    Each note is printed with its owner (the node where it is defined), its text, and
    its targets: the nodes that it refers to. "condition in words, not applied" marks a
    note that is narrower than its targets.

    \b
    Examples:
      icdgraph notes M54.50 --inherited
      icdgraph notes --kind excludes1 --expand --jsonl
    """
    if inherited and code is None:
        raise click.UsageError("--inherited requires a CODE.")
    wanted = [NoteKind(kind) for kind in kinds] or list(NoteKind)
    selected = _selected(graph, code, wanted, inherited)
    if form != "text":
        print_records(form, (note_record(note, expand=expand) for note in selected))
        return
    for _, group in groupby(selected, key=lambda note: (note.owner, note.kind)):
        terminal.page("\n".join(_lines([*group], expand)))
    if code is not None and not selected:
        _explain_nothing(graph[code], wanted, inherited)


def _selected(
    graph: CodeGraph, code: str | None, kinds: list[NoteKind], inherited: bool
) -> Iterable[Note]:
    if code is None:
        return graph.notes(*kinds)
    node = graph[code]
    if inherited:
        return node.applicable_notes(*kinds)
    return [note for note in node.notes if note.kind in kinds]


def _lines(notes: Sequence[Note], expand: bool) -> Iterator[str]:
    """Yield the lines of *notes*, which are of one kind and one owner."""
    yield f"{titled(notes[0].owner)}: {notes[0].kind.heading}"
    for note in notes:
        indent = "    " if note.heading else "  "
        state = f" [{remark(note)}]" if remark(note) else ""
        yield f"{indent}{note.text.strip()}{state}"
        if note.scope and not note.heading:
            yield f"{indent}  applies to {_some([n.code for n in note.scope])}"
        if note.targets:
            yield f"{indent}  -> {_some([n.code for n in note.targets])}"
        if expand and note.targets:
            yield f"{indent}  =  {_some(list(note.billable()))}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _explain_nothing(node: Node, kinds: list[NoteKind], inherited: bool) -> None:
    """Report on stderr that there is no such note, and how many are inherited."""
    of_kind = "" if len(kinds) == len(NoteKind) else f" {' or '.join(kinds)}"
    if inherited:
        terminal.remark(f"no{of_kind} notes apply to {node_name(node)}")
        return
    count = len(node.applicable_notes(*kinds))
    more = f". It inherits {counted(count, 'note')}: add --inherited" if count else ""
    terminal.remark(f"no{of_kind} notes are defined at {node_name(node)}{more}")
