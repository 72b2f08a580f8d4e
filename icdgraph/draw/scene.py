"""What belongs in the picture of a node: items and links, before any drawing.

    13 Diseases of the musculoskeletal ...          an ancestor
     └─ M50-M54 Other dorsopathies                  an ancestor
         └─ M54 Dorsalgia ── Excludes1 ──> F45.41   named by a note that applies
             └─ M54.5 Low back pain <── Excludes2 ── G89     its note points here
                 └─ M54.50 ── also called ── Lumbago NOS     a synonym

An edge of a note starts where the note was printed: what a code inherits is drawn at
the ancestor it inherits it from.  A relation that leads to very many codes shows some
of them, the first of every note before the second of any; one more item, "+38 more",
says how many it left out and lists them in its card.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from icdgraph.draw import cards
from icdgraph.draw.items import Item, Link, Role, Scene
from icdgraph.graph import Edge, Node, Note
from icdgraph.model import LINKING, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable

CHILDREN = 32
"""How many children are shown; no node of the 2026 release has more than 27."""

SYNONYMS = 20
"""How many synonyms are shown."""

CODES = 12
"""How many codes are shown for one relation in one direction."""


def scene(node: Node) -> Scene:
    """Return what belongs in the picture of *node*.

    >>> from icdgraph.toy import toy
    >>> found = scene(toy()["M54.5"])
    >>> [item.name for item in found.items if item.role == Role.NAMED]
    ['S39.012', 'M51.2', 'M54.4', 'F45.41']
    >>> [item.name for item in found.items if item.role == Role.NAMING]
    ['G89']
    """
    groups = _groups(node)
    shown = [*_spine(node), *_children(node)]
    present = {item.key for item in shown}
    for (role, relation), edges in groups.items():
        for outer in _first(edges, role, present):
            present.add(key(outer))
            shown.append(_item(outer, role, relation))
    links = [*_parent_links(node, shown), *_note_links(groups, present)]
    for group, edges in groups.items():
        items, more = _rest(group, edges, present)
        shown += items
        links += more
    items, more = _synonyms(node)
    silent = tuple(note for note in node.applicable_notes(*LINKING) if not note.targets)
    return Scene(node, (*shown, *items), (*links, *more), silent)


def key(node: Node) -> str:
    """Return what tells *node* from all others: its kind and code."""
    return f"{node.kind}:{node.code}"


def _item(node: Node, role: Role, relation: Relation, card: str = "") -> Item:
    name, text = cards.name(node)
    return Item(key(node), role, relation, name, text, card or cards.of_node(node))


# The tree


def _spine(node: Node) -> list[Item]:
    said = node.applicable_notes()
    return [
        _item(
            above,
            Role.CENTRE if above == node else Role.ANCESTOR,
            Relation.PARENT,
            cards.of_node(above, [note for note in said if note.owner == above]),
        )
        for above in (*node.path, node)
    ]


def _children(node: Node) -> list[Item]:
    children = node.children
    shown = children[: _bound(len(children), CHILDREN)]
    items = [_item(child, Role.CHILD, Relation.PARENT) for child in shown]
    rest = [str(child.code) for child in children[len(shown) :]]
    return items + _more(Role.CHILD, Relation.PARENT, rest)


def _parent_links(node: Node, shown: list[Item]) -> list[Link]:
    """Lead every child and ancestor to its parent, and what is left out to *node*."""
    spine = [*node.path, node]
    pairs = [(key(below), key(above)) for above, below in pairwise(spine)]
    pairs += [(item.key, key(node)) for item in shown if item.role == Role.CHILD]
    names = {item.key: item.name or item.text for item in shown}
    return [
        Link(low, Relation.PARENT, high, f"{names[low]} belongs to {names[high]}")
        for low, high in pairs
    ]


def _synonyms(node: Node) -> tuple[list[Item], list[Link]]:
    role, relation = Role.SYNONYM, Relation.SYNONYM
    edges = [edge for edge in node.edges if edge.relation is relation]
    shown = edges[: _bound(len(edges), SYNONYMS)]
    items = [
        Item(f"{role}:{number}", role, relation, "", str(edge.target), cards.of(edge))
        for number, edge in enumerate(shown, 1)
    ]
    links = [
        Link(
            key(node), relation, item.key, item.card, (edge.note,) if edge.note else ()
        )
        for item, edge in zip(items, shown, strict=True)
    ]
    rest = _more(role, relation, [str(edge.target) for edge in edges[len(shown) :]])
    links += [Link(key(node), relation, item.key, item.card) for item in rest]
    return items + rest, links


# The notes

_Groups = dict[tuple[Role, Relation], list[Edge]]


def _groups(node: Node) -> _Groups:
    """Sort the edges of notes by direction and relation, in the order of `LINKING`."""
    groups: _Groups = {
        (role, kind.relation): []
        for role in (Role.NAMED, Role.NAMING)
        for kind in LINKING
        if kind.relation
    }
    for edge in stated(node):
        groups[Role.NAMED, edge.relation].append(edge)
    for edge in stated_elsewhere(node):
        groups[Role.NAMING, edge.relation].append(edge)
    return groups


def stated(node: Node) -> list[Edge]:
    """Return the edges of the notes that apply to *node*, the nearest first.

    >>> from icdgraph.toy import toy
    >>> stated(toy()["M54.50"])[-1]
    <M54 --excludes1--> F45.41>
    """
    return [
        Edge(source, note.kind.relation, target, note)
        for note in node.applicable_notes(*LINKING)
        if note.kind.relation
        for source in note.scope or (note.owner,)
        if source.subsumes(node)
        for target in note.targets
    ]


def stated_elsewhere(node: Node) -> list[Edge]:
    """Return the edges by which other nodes' notes point at *node* or above it.

    Those that name it most closely come first.

    >>> from icdgraph.toy import toy
    >>> stated_elsewhere(toy()["M54.50"])
    [<G89 --excludes2--> M54.5>, <G89 --excludes2--> M54>]
    """
    edges = [
        Edge(source, note.kind.relation, target, note)
        for note in node.pointed_at_by
        if note.kind.relation and not note.applies_to(node)
        for target in note.targets
        if target.subsumes(node)
        for source in note.scope or (note.owner,)
    ]
    return sorted(edges, key=lambda edge: -_end(edge, Role.NAMED).level)


def _end(edge: Edge, role: Role) -> Node:
    """Return the end of *edge* that a group of *role* shows."""
    end = edge.target if role == Role.NAMED else edge.source
    if not isinstance(end, Node):
        raise TypeError(f"{edge!r} does not lead to a node")
    return end


def _first(edges: list[Edge], role: Role, present: set[str]) -> list[Node]:
    """Choose the nodes to show for *edges*, in the order in which these come.

    The first that every note names are chosen before the second of any.
    """
    ranks: dict[Node, int] = {}
    counts: Counter[Note | None] = Counter()
    for edge in edges:
        end = _end(edge, role)
        ranks.setdefault(end, counts[edge.note])
        counts[edge.note] += 1
    fresh = [node for node in ranks if key(node) not in present]
    # Sorted is stable: among equals the order of the edges stays.
    chosen = set(sorted(fresh, key=ranks.__getitem__)[: _bound(len(fresh), CODES)])
    return [node for node in fresh if node in chosen]


def _note_links(groups: _Groups, present: set[str]) -> list[Link]:
    """Draw one link for all notes that say the same of the same two nodes."""
    together: dict[tuple[str, Relation, str], list[Edge]] = {}
    for edges in groups.values():
        for edge in edges:
            ends = key(edge.source), key(_end(edge, Role.NAMED))
            if present.issuperset(ends):
                together.setdefault((ends[0], edge.relation, ends[1]), []).append(edge)
    return [
        Link(
            source,
            relation,
            target,
            cards.of(*same),
            tuple(dict.fromkeys(edge.note for edge in same if edge.note)),
        )
        for (source, relation, target), same in together.items()
    ]


# What is left out


def _bound(count: int, limit: int) -> int:
    """Return how many of *count* to show: leaving out a single one saves no room.

    >>> _bound(10, 12), _bound(13, 12), _bound(14, 12)
    (10, 13, 12)
    """
    return count if count <= limit + 1 else limit


def _rest(
    group: tuple[Role, Relation], edges: list[Edge], present: set[str]
) -> tuple[list[Item], list[Link]]:
    """Return the item that stands for the nodes of *group* not shown, and its links."""
    role, relation = group
    hidden = [edge for edge in edges if key(_end(edge, role)) not in present]
    items = _more(role, relation, (_end(edge, role).code for edge in hidden))
    links: list[Link] = []
    for item in items:
        if role == Role.NAMED:
            sources = dict.fromkeys(key(edge.source) for edge in hidden)
            links += [Link(end, relation, item.key, item.card) for end in sources]
        else:
            targets = dict.fromkeys(key(_end(edge, Role.NAMED)) for edge in hidden)
            links += [Link(item.key, relation, end, item.card) for end in targets]
    return items, links


def _more(role: Role, relation: Relation, names: Iterable[str]) -> list[Item]:
    rest = tuple(dict.fromkeys(names))
    if not rest:
        return []
    text = "left out of the picture"
    card = cards.of_rest(rest)
    name = f"+{len(rest):,} more"
    return [Item(f"more:{role}:{relation}", role, relation, name, text, card, rest)]
