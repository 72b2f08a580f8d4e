"""The card of a node: all that the classification says of it, on one page.

Two forms of the same: `record` for machines, `text` for people.  The text puts the
notes in the order a coder asks: what may never stand beside it, what may, what comes
before and what after.  A note printed elsewhere that names the node counts as well,
turned around: where another code says "use additional", this one comes after it.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from icdgraph.model import NoteKind
from icdgraph.serialize import Record, node_record, note_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Node, Note

WIDTH = 88

_GROUPS: dict[str, tuple[NoteKind, NoteKind]] = {
    # heading: (kind of the notes that speak for the node, kind of those that name it)
    "Never with": (NoteKind.EXCLUDES1, NoteKind.EXCLUDES1),
    "May be used with": (NoteKind.EXCLUDES2, NoteKind.EXCLUDES2),
    "Before it": (NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE),
    "After it": (NoteKind.USE_ADDITIONAL_CODE, NoteKind.CODE_FIRST),
    "Beside it, in either order": (NoteKind.CODE_ALSO, NoteKind.CODE_ALSO),
}


def record(node: Node) -> Record:
    """Return the card of *node* as a record.

    ``notes`` are all that apply, each with ``inherited``; ``pointed_at_by`` are the
    nodes whose notes name *node* or something above it, each with these ``notes``.

    >>> from icdgraph.toy import toy
    >>> card = record(toy().core["M54.50"])
    >>> card["synonyms"], card["billable"], card["pointed_at_by"][0]["code"]
    (['Loin pain', 'Lumbago NOS'], True, 'G89')
    """
    pointing: dict[Node, list[Record]] = {}
    for note in node.pointed_at_by:
        pointing.setdefault(note.owner, []).append(note_record(note))
    return {
        "code": node.code,
        "kind": node.kind.value,
        "title": node.title,
        "billable": node.is_billable,
        "path": [node_record(above) for above in node.path],
        "children": [node_record(child) for child in node.children],
        "synonyms": list(node.synonyms),
        "includes": list(node.includes),
        "notes": [
            note_record(note) | {"inherited": note.owner != node}
            for note in node.applicable_notes()
        ],
        "seventh_characters": [
            {"character": s.character, "meaning": s.meaning, "remarks": list(s.remarks)}
            for s in node.seventh_characters
        ],
        "pointed_at_by": [
            node_record(owner) | {"notes": notes} for owner, notes in pointing.items()
        ],
    }


def text(node: Node) -> str:
    """Return the card of *node* as lines for a terminal.

    >>> from icdgraph.toy import toy
    >>> print(text(toy().core["M54.2"]))  # doctest: +ELLIPSIS
    M54.2  Cervicalgia
    code, billable, ICD-10-CM 2026
    ...
    """
    return "\n".join(_lines(node))


def _lines(node: Node) -> Iterator[str]:
    yield f"{node.code}  {node.title}"
    billable = "billable" if node.is_billable else "not billable"
    made = f", made by 7th character {node.made_by}" if node.made_by else ""
    yield f"{node.kind}, {billable}{made}, ICD-10-CM {node.graph.version}"
    yield from _nodes("Path", node.path)
    yield from _nodes("Children", node.children)
    yield from _texts("Also called", node.synonyms)
    yield from _texts("Includes", [n.text for n in _of(node, NoteKind.INCLUDES)])
    for heading, (said, named) in _GROUPS.items():
        turned = [n for n in node.pointed_at_by if n.kind == named]
        yield from _notes(heading, _of(node, said), turned)
    remarks = _of(node, NoteKind.NOTES, NoteKind.SEVEN_CHR_NOTE)
    yield from _notes("Remarks", remarks, [])
    yield from _sevenths(node)
    yield from _grid(node)
    owners = list(dict.fromkeys(note.owner for note in node.pointed_at_by))
    yield from _nodes("Pointed at by notes of", owners)


def _of(node: Node, *kinds: NoteKind) -> list[Note]:
    return list(node.applicable_notes(*kinds))


def _nodes(heading: str, nodes: tuple[Node, ...] | list[Node]) -> Iterator[str]:
    if nodes:
        yield from ("", heading)
        width = max(len(node.code) for node in nodes)
        for node in nodes:
            yield from _wrapped(f"  {node.code:{width}}  ", node.title)


def _texts(heading: str, texts: tuple[str, ...] | list[str]) -> Iterator[str]:
    if texts:
        yield from ("", heading)
        for line in texts:
            yield from _wrapped("  ", line)


def _notes(heading: str, said: list[Note], turned: list[Note]) -> Iterator[str]:
    if not said and not turned:
        return
    yield from ("", heading)
    yield from _by_owner(said, "printed at")
    yield from _by_owner(turned, "said by")


def _by_owner(notes: list[Note], words: str) -> Iterator[str]:
    """Yield *notes* grouped by where they are printed, each list under its heading."""
    owner, heading = None, None
    shown = {note.text for note in notes}
    for note in notes:
        if note.owner != owner:
            owner, heading = note.owner, None
            yield f"  {words} {owner.code} {owner.title}:"
        if note.heading and note.heading != heading:
            heading = note.heading
            if note.heading not in shown:
                yield from _wrapped("    ", heading)
        indent = "      " if note.heading else "    "
        yield from _wrapped(indent, _with_state(note))


def _with_state(note: Note) -> str:
    if note.state.value in ("resolved", "text"):
        return note.text
    return f"{note.text} [{note.state.value}]"


def _sevenths(node: Node) -> Iterator[str]:
    if node.seventh_characters:
        yield from ("", "7th characters")
        for seventh in node.seventh_characters:
            mark = "* " if seventh.character == node.made_by else "  "
            remarks = "".join(f"; {remark.strip()}" for remark in seventh.remarks)
            line = seventh.meaning + remarks
            yield from _wrapped(f"{mark}{seventh.character}  ", line)


def _grid(node: Node) -> Iterator[str]:
    if node.grid:
        yield from ("", "Table")
        for row in node.grid:
            yield "  " + " | ".join(row)


def _wrapped(start: str, line: str) -> list[str]:
    """Return *line* after *start*, further lines set in under the first."""
    return wrap(
        line.strip(),
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
    ) or [start.rstrip()]
