"""Which codes are unspecified, and which codes beside them are more specific.

"Codes titled 'unspecified' are for use when the information in the medical record is
insufficient to assign a more specific code" (Official Guidelines I.A.9.b).  The title
decides; "NOS" in an inclusion term does not make its code unspecified:

    M54.50    Low back pain, unspecified                         once
    S52.209   Unspecified fracture of shaft of unspecified ulna  twice
    J40       Bronchitis, not specified as acute or chronic      once
    K40.20    Bilateral inguinal hernia ..., not specified as recurrent      not
    O69.1XX0  Labor ... complicated by cord ..., not applicable or unspecified   not

A code that says so fewer times than the code beside it is more specific: S52.201,
"Unspecified fracture of shaft of right ulna", and S52.22-, "Transverse fracture of
shaft of ulna", are both more specific than S52.209.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph.questions import Questions

_UNSPECIFIED = re.compile(
    r"(?<!not applicable or )\bunspecified\b"
    r"|\bnot otherwise specified\b"
    r"|\bnot specified\b(?! as (?!\w+ or \w+))",
    re.IGNORECASE,
)


def times_unspecified(title: str) -> int:
    """Return how many times *title* says that something is unspecified.

    >>> times_unspecified("Unspecified fracture of shaft of unspecified ulna")
    2
    >>> times_unspecified("Unilateral inguinal hernia, not specified as recurrent")
    0
    """
    return len(_UNSPECIFIED.findall(title))


def is_unspecified(graph: Questions, number: int) -> bool:
    """Return True if the title of a category, subcategory or code says unspecified.

    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> [is_unspecified(graph, graph.number_of(code)) for code in ("M54.50", "M54.5")]
    [True, False]
    """
    return graph.is_code(number) and times_unspecified(graph.titles[number]) > 0


def more_specific(graph: Questions, number: int) -> list[int]:
    """Return more specific codes than the unspecified code *number*, in book order.

    They are siblings of it, and of the unspecified codes above it in its category, and
    are billable or headers.

    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> numbers = more_specific(graph, graph.number_of("M54.50"))
    >>> [graph.codes[n] for n in numbers]
    ['M54.59']
    """
    return sorted(set(_more_specific(graph, number)))


def _more_specific(graph: Questions, number: int) -> Iterator[int]:
    titles, parents = graph.titles, graph.tree.parents
    while is_unspecified(graph, number) and graph.is_code(parents[number]):
        times = times_unspecified(titles[number])
        for sibling in graph.tree.children(parents[number]):
            if times_unspecified(titles[sibling]) < times:
                yield sibling
        number = parents[number]
