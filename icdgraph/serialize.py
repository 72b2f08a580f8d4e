"""Nodes and notes as plain dictionaries: the shapes that ``--json`` prints.

node    kind, code, title
target  kind, code
note    owner_kind, owner, kind, position, heading, text, state, targets, scope
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icdgraph.graph import Node, Note

Record = dict[str, Any]


def node_record(node: Node) -> Record:
    """Return *node* as ``{"kind", "code", "title"}``."""
    return {"kind": node.kind.value, "code": node.code, "title": node.title}


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
