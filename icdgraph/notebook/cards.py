"""How nodes, notes and the graph itself show in a notebook.

    M54.50  Low back pain, unspecified
    billable code, ICD-10-CM 2026
    chapter 13 (M00-M99) › M40-M54 › M50-M54 › M54 › M54.5

                                   note                       defined at    names
    Never coded with (Excludes1)   psychogenic dorsalgia      M54           F45.41

The HTML has no colors of its own, so it is readable on light and dark pages.  All texts
are escaped.  What a card says is decided in `icdgraph.explain.card`.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from icdgraph.graph import Graph
from icdgraph.graph.nodes import Node, Note, html
from icdgraph.model import Kind
from icdgraph.serialize import node_name, remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.explain.card import Card
    from icdgraph.explain.card_sections import CardNotes

NOTES = 40
"""How many notes the card of a node shows."""

NAMES = 12
"""How many nodes are named in one line."""

QUESTIONS = {
    'g["M54.50"]': "a code, section or chapter, with its notes",
    'g.search("low back pain")': "codes by words",
    'g.check(["M54.50", "F45.41"])': "the codes of an encounter",
    'g.why("M54.50", "F45.41")': "how two codes are connected",
    'g.codes("M54 and billable")': "a set of codes",
    'g.draw("M54.50")': "a picture",
    'g.sparql(name="never-with", code="M54.50")': "a query in SPARQL",
    "g.coverage()": "what was read of the release",
}
"""What can be asked of a graph, for its card."""


@html.register(Graph)
def of_graph(graph: Graph) -> str:
    """Return the card of *graph* as HTML: its release, counts, and how to ask.

    >>> from icdgraph.toy import toy
    >>> "15 billable codes" in of_graph(toy().core)
    True
    """
    counts = {
        "nodes": graph.node_count,
        "chapters": sum(1 for _ in graph.numbers(Kind.CHAPTER)),
        "sections": sum(1 for _ in graph.numbers(Kind.SECTION)),
        "billable codes": len(graph.leaves),
        "notes": graph.note_count,
    }
    numbers = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    rows = [(f"<code>{escape(k)}</code>", escape(v)) for k, v in QUESTIONS.items()]
    return (
        f"<div><p><b>ICD-10-CM {escape(graph.version)}</b> "
        f"({escape(graph.edition.identifier)}, read from "
        f"{escape(graph.edition.source)})<br>{numbers}</p>"
        f"{_table(('ask', 'for'), rows)}</div>"
    )


@html.register
def of_node(node: Node) -> str:
    """Return the card of *node* as HTML.

    >>> from icdgraph.toy import toy
    >>> html = of_node(toy().core["M54.50"])
    >>> "Low back pain, unspecified" in html, "Loin pain" in html
    (True, True)
    """
    # Imported here, since every program that loads a graph imports this module.
    from icdgraph.explain.card import Card

    card = Card(node)
    columns = ("", "note", "defined at", "names")
    head = "<br>".join(
        [f"<b>{escape(node.code)}</b> {escape(node.title)}", *_head(card)]
    )
    return f"<div><p>{head}</p>{_table(columns, [*_rows(card)])}{_foot(card)}</div>"


@html.register
def of_note(note: Note) -> str:
    """Return *note* as HTML: its words, its state, and the nodes it names.

    >>> from icdgraph.toy import toy
    >>> "Pain disorder" in of_note(toy().core["M54"].notes[0])
    True
    """
    owner = note.owner
    targets = [(escape(t.code), escape(t.title)) for t in note.targets]
    scope = f"<br>applies to {_names(note.scope)}" if note.scope else ""
    return (
        f"<div><p><b>{note.kind.heading}</b> at <b>{escape(owner.code)}</b> "
        f"{escape(owner.title)}{scope}<br>“{_words(note)}”<br>"
        f"{note.state.value}</p>{_table(('names', 'title'), targets)}</div>"
    )


def _head(card: Card) -> Iterator[str]:
    node = card.node
    yield escape(card.status)
    if node.path:
        first, *others = node.path
        yield " › ".join([escape(node_name(first)), *map(_name, others)])
    if node.synonyms:
        yield f"also called: {escape('; '.join(node.synonyms))}"
    if card.seventh_choices:
        yield f"7th characters: {_names([c.node for c in card.seventh_choices])}"
    elif node.children:
        choose = "choose a billable code below it" if card.is_code else "below it"
        yield f"{choose}: {_names(node.children)}"
    if card.advice:
        yield escape(card.advice)


def _rows(card: Card) -> Iterator[Sequence[str]]:
    for group in card.includes:
        yield from _note_rows("Includes", group)
    for section in card.sections:
        for group in (*section.applying, *section.naming):
            if not group.is_boilerplate:
                yield from _note_rows(section.heading.title, group)


def _note_rows(title: str, group: CardNotes) -> Iterator[Sequence[str]]:
    owner = _name(group.owner)
    for note in group.notes:
        yield escape(title), _words(note), owner, _names(note.targets)


def _foot(card: Card) -> str:
    """Return what is below the table: folded notes, related codes, links."""
    groups = [g for s in card.sections for g in (*s.applying, *s.naming)]
    folded = [g.owner for g in groups if g.is_boilerplate]
    lists = {
        "Excludes2 notes of whole chapters, not shown": folded,
        "more specific": card.more_specific,
        "siblings": card.siblings,
        "siblings of its parent": card.siblings_of_parent,
    }
    lines = [f"{words}: {_names(nodes)}" for words, nodes in lists.items() if nodes]
    links = (f'<a href="{escape(x.url)}">{escape(x.name)}</a>' for x in card.links)
    return f"<p>{'<br>'.join([*lines, ' · '.join(links)])}</p>"


def _words(note: Note) -> str:
    heading = f"{note.heading} " if note.heading else ""
    state = f" [{remark(note)}]" if remark(note) else ""
    return escape(f"{heading}{note.text}{state}")


def _names(nodes: Sequence[Node]) -> str:
    """Return the first of *nodes* by name, with their titles on hover."""
    names = ", ".join(map(_name, nodes[:NAMES]))
    return names + (f" and {len(nodes) - NAMES:,} more" if len(nodes) > NAMES else "")


def _name(node: Node) -> str:
    return (
        f'<span style="white-space:nowrap" title="{escape(node.title)}">'
        f"{escape(node.code)}</span>"
    )


def _table(columns: Iterable[str], rows: Sequence[Sequence[str]]) -> str:
    """Return *rows* of HTML below *columns*, left-aligned; nothing for no rows."""
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
