"""Nodes and notes as plain dictionaries, the shapes that ``--json`` prints.

node    kind, code, title; of a chapter also chapter_number
target  kind, code
note    owner_kind, owner, kind, position, heading, text, state, targets, scope

`node_name`, `quote`, `remark` and `counted` put nodes, notes and numbers in sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icdgraph.model import Kind, State

if TYPE_CHECKING:
    from icdgraph.graph import Node, Note

Record = dict[str, Any]


def node_record(node: Node) -> Record:
    """Return *node* as ``{"kind", "code", "title"}``, a chapter with its number.

    >>> from icdgraph.toy import toy
    >>> node_record(toy().core.chapter(13))["chapter_number"]
    13
    """
    record: Record = target_record(node) | {"title": node.title}
    if node.kind == Kind.CHAPTER:
        record["chapter_number"] = node.chapter_number
    return record


def target_record(node: Node) -> Record:
    """Return *node* as ``{"kind", "code"}``."""
    return {"kind": node.kind.value, "code": node.code}


def note_record(note: Note, *, expand: bool = False) -> Record:
    """Return *note* as a record; *expand* adds the ``billable`` codes it names.

    >>> from icdgraph.toy import toy
    >>> note_record(toy().core["M54"].notes[0])["targets"]
    [{'kind': 'code', 'code': 'F45.41'}]
    """
    record: Record = {
        "owner_kind": note.owner.kind.value,
        "owner": note.owner.code,
        "kind": note.kind.value,
        "position": note.position,
        "heading": note.heading,
        "text": note.text,
        "state": note.state.value,
        "targets": [target_record(target) for target in note.targets],
        "scope": [target_record(node) for node in note.scope],
    }
    if expand:
        record["billable"] = list(note.billable())
    return record


def node_name(node: Node) -> str:
    """Return what *node* is called in a sentence.

    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> [node_name(graph[key]) for key in ("M54", "M50-M54", "M00-M99")]
    ['M54', 'section M50-M54', 'chapter 13 (M00-M99)']
    """
    if node.kind == Kind.CHAPTER:
        return f"chapter {node.chapter_number} ({node.code})"
    return f"section {node.code}" if node.kind == Kind.SECTION else node.code


def short_title(node: Node) -> str:
    """Return the title of *node* without the range at its end.

    >>> from icdgraph.toy import toy
    >>> short_title(toy().core["M50-M54"])
    'Other dorsopathies'
    """
    first, _, last = node.code.partition("-")
    name = first if first == last else node.code  # section M95-M95 is titled (M95)
    return node.title.removesuffix(f" ({name})")


def titled(node: Node) -> str:
    """Return what *node* is called, and its title without the range at its end.

    >>> from icdgraph.toy import toy
    >>> titled(toy().core["M50-M54"])
    'section M50-M54 Other dorsopathies'
    """
    return f"{node_name(node)} {short_title(node)}"


def quote(note: Note) -> str:
    """Return the words of *note* in quotation marks, with the heading of its list.

    >>> from icdgraph.toy import toy
    >>> quote(toy().core["M54"].notes[0])
    '“psychogenic dorsalgia (F45.41)”'
    """
    return f"“{note.heading} {note.text}”" if note.heading else f"“{note.text}”"


_REMARKS = {
    State.QUALIFIED: "condition in words, not applied",
    State.DEFECT: "misprinted reference",
}


def remark(note: Note) -> str:
    """Return a warning on how *note* was resolved, empty if there is none."""
    return _REMARKS.get(note.state, "")


def counted(number: int, noun: str) -> str:
    """Return *number* and *noun*, in the plural if needed.

    >>> counted(1, "case"), counted(1234, "case"), counted(2, "entry")
    ('1 case', '1,234 cases', '2 entries')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
