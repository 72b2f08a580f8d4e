"""Nodes and notes as they show themselves in a notebook.

    M54.50  Low back pain, unspecified
    code, billable, ICD-10-CM 2026
    Chapter 13 › M40-M54 › M50-M54 › M54 › M54.5

    kind        note                          printed at    names
    Excludes1   psychogenic dorsalgia         M54           F45.41

The HTML is plain and has no colours of its own, so that it reads on a light page and a
dark one; like search results and findings, it is a table.  Every word is escaped.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from icdgraph.graph.nodes import Node, Note, html
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


NOTES = 40
"""How many notes the card of a node shows; it says how many more there are."""

NAMES = 12
"""How many nodes are named in a row; the rest is counted."""


@html.register
def of_node(node: Node) -> str:
    """Return the card of *node* as HTML.

    >>> from icdgraph.toy import toy
    >>> html = of_node(toy().core["M54.50"])
    >>> "Low back pain, unspecified" in html, "Loin pain" in html
    (True, True)
    """
    said = [note for note in node.applicable_notes() if note.text]
    naming = [note for note in node.pointed_at_by if not note.applies_to(node)]
    rows = [_row(note.kind.heading, note) for note in said]
    rows += [_row(f"{note.kind.heading} that points here", note) for note in naming]
    return (
        f"<div><p><b>{escape(node.code)}</b> {escape(node.title)}<br>{_kind(node)}"
        f"{_path(node)}{_children(node)}</p>"
        f"{_table(('kind', 'note', 'printed at', 'names'), rows)}</div>"
    )


@html.register
def of_note(note: Note) -> str:
    """Return *note* as HTML: its words, its state, and the nodes it names.

    >>> from icdgraph.toy import toy
    >>> "Pain disorder" in of_note(toy().core["M54"].notes[0])
    True
    """
    owner = note.owner
    heading = f"{escape(note.heading)} " if note.heading else ""
    targets = [(escape(t.code), escape(t.title)) for t in note.targets]
    scope = f"<br>for {_names(note.scope)}" if note.scope else ""
    return (
        f"<div><p><b>{note.kind.heading}</b> at <b>{escape(owner.code)}</b> "
        f"{escape(owner.title)}{scope}<br>{heading}“{escape(note.text)}”<br>"
        f"{note.state.value}</p>{_table(('names', 'title'), targets)}</div>"
    )


def _kind(node: Node) -> str:
    billable = "billable" if node.is_billable else "not billable"
    made = f", made by 7th character {node.made_by}" if node.made_by else ""
    return f"{node.kind}, {billable}{made}, ICD-10-CM {escape(node.graph.version)}"


def _path(node: Node) -> str:
    names = (
        f"Chapter {above.code}" if above.kind == Kind.CHAPTER else above.code
        for above in node.path
    )
    return "<br>" + " › ".join(map(escape, names)) if node.path else ""


def _children(node: Node) -> str:
    return f"<br>children: {_names(node.children)}" if node.children else ""


def _row(kind: str, note: Note) -> Sequence[str]:
    heading = f"{escape(note.heading)} " if note.heading else ""
    owner = f'<span title="{escape(note.owner.title)}">{escape(note.owner.code)}</span>'
    return kind, heading + escape(note.text), owner, _names(note.targets)


def _names(nodes: Sequence[Node]) -> str:
    """Return the first of *nodes* by name, their titles on hover."""
    names = ", ".join(map(_name, nodes[:NAMES]))
    return names + (f" and {len(nodes) - NAMES:,} more" if len(nodes) > NAMES else "")


def _name(node: Node) -> str:
    return (
        f'<span style="white-space:nowrap" title="{escape(node.title)}">'
        f"{escape(node.code)}</span>"
    )


def _table(columns: Iterable[str], rows: Sequence[Sequence[str]]) -> str:
    """Return *rows* of HTML under *columns*, left-aligned; nothing for no rows."""
    if not rows:
        return ""
    left = ' style="text-align:left"'
    head = "".join(f"<th{left}>{name}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td{left}>{cell}</td>" for cell in row) + "</tr>"
        for row in rows[:NOTES]
    )
    more = f"<p>and {len(rows) - NOTES:,} more</p>" if len(rows) > NOTES else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
