"""Which codes are manifestations of a disease that is coded first.

The Guidelines (I.A.13) tell most of them by the title: "in diseases classified
elsewhere", or in conditions, with disorders, due to diseases.  The words may stand in
the title of a node above the code:

    D63     Anemia in chronic diseases classified elsewhere
    D63.1   Anemia in chronic kidney disease

Such a code is never listed first, if a Code first note applies to it as well.  The
note is missing at Charcot's joint (M14.6-), which CMS lets stand first.  Of the other
316 billable codes of 2026, CMS has all on its list of manifestations (Medicare Code
Editor) but sickle-cell retinopathy (H36.81-, H36.82-), which follows D57 by its note.

The agents of B95-B97, "as the cause of diseases classified elsewhere", are none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icdgraph.model import NoteKind

if TYPE_CHECKING:
    from icdgraph.graph import Graph, Node

_TITLE = re.compile(r"\b(in|with|due to) [^,]*\bclassified elsewhere", re.IGNORECASE)


def is_titled(title: str) -> bool:
    """Return True if *title* says that a code is a manifestation.

    >>> is_titled("Dementia in other diseases classified elsewhere, mild")
    True
    >>> is_titled("Streptococcus as the cause of diseases classified elsewhere")
    False
    """
    return bool(_TITLE.search(title))


def is_manifestation(node: Node) -> bool:
    """Return True if the title of *node*, or of a node above it, says so."""
    return any(is_titled(above.title) for above in (node, *node.ancestors))


def is_never_first(node: Node) -> bool:
    """Return True for a manifestation by its title to which a Code first note applies.

    >>> from icdgraph.toy import toy
    >>> is_never_first(toy()["M54.50"])
    False
    """
    return is_manifestation(node) and bool(node.applicable_notes(NoteKind.CODE_FIRST))


def manifestations(graph: Graph) -> list[Node]:
    """Return the highest nodes that are manifestations by their own title."""
    found: list[Node] = []
    for node in graph.nodes():
        is_below = found and found[-1].subsumes(node)
        if not is_below and "elsewhere" in node.title and is_titled(node.title):
            found.append(node)
    return found
