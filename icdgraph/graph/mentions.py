"""Where a text names nodes: the codes and ranges in the words of a note.

    "lumbago with sciatica (M54.4-)"
                            |-----| M54.4

What counts as a code is decided by `icdgraph.read.references` alone, so vitamin B12 and
CD30 are words.  G31.90, which F02 names and no release has, names no node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from icdgraph.read import references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph.graph import Graph
    from icdgraph.graph.nodes import Node
    from icdgraph.read.references import CodeItem


class Mention(NamedTuple):
    """A part of a text, from *start* to *end*, that names *node*."""

    start: int
    end: int
    node: Node


def mentions(graph: Graph, text: str) -> Iterator[Mention]:
    """Yield the parts of *text* that name nodes of *graph*, in order.

    >>> from icdgraph.toy import toy
    >>> list(mentions(toy().core, "lumbago with sciatica (M54.4-)"))
    [Mention(start=23, end=29, node=<subcategory M54.4 'Lumbago with sciatica'>)]
    """
    reading = references.parse(text)
    named = [item for reference in reading.references for item in reference.items]
    items = [*named, *reading.scope, *reading.mentions]
    for item in sorted(items, key=lambda item: item.span):
        yield from _of_item(graph, text, item)


def _of_item(graph: Graph, text: str, item: CodeItem) -> Iterator[Mention]:
    """Yield the mention of a code or a range, or those of both ends of a range."""
    start, end = item.span
    if item.last is None:
        named = [(start, end, str(item.first))]
    else:
        named = [(start, end, f"{item.first}-{item.last}")]
        if named[0][2] not in graph:
            last = text.rindex(item.last, start, end)
            named = [
                (start, start + len(item.first), str(item.first)),
                (last, last + len(item.last), str(item.last)),
            ]
    for first, last, name in named:
        node = graph.get(name)
        if node is not None:
            yield Mention(first, last, node)
