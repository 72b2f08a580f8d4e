"""How each relation looks: a color, a dash pattern, and its names in English.

The colors are those of Okabe and Ito (2008, "Color Universal Design"), which people
with any of the common forms of color blindness can tell apart.  The dash patterns
differ as well, for black and white prints.
"""

from __future__ import annotations

from dataclasses import dataclass

from icdgraph.model import Relation


@dataclass(frozen=True, slots=True)
class Look:
    """How a relation is drawn and what it is called.

    *dashes* are lengths in pixels, line and gap in turn; none is a solid line.  *named*
    heads the codes that a note names, *naming* the places whose notes name the code.
    """

    color: str
    dashes: tuple[int, ...]
    label: str
    named: str
    naming: str = ""


LOOKS = {
    Relation.PARENT: Look("#767676", (), "Belongs to", ""),
    Relation.SYNONYM: Look(
        "#CC79A7", (2, 4), "Also called", "Also called (inclusion terms)"
    ),
    Relation.EXCLUDES1: Look(
        "#D55E00",
        (),
        "Excludes1",
        "Excludes1: not coded together with",
        "Excludes1 notes that name it",
    ),
    Relation.EXCLUDES2: Look(
        "#E69F00",
        (10, 5),
        "Excludes2",
        "Excludes2: not included here",
        "Excludes2 notes that name it",
    ),
    Relation.CODE_FIRST: Look(
        "#009E73",
        (14, 4, 3, 4),
        "Code first",
        "Code first",
        "Code first notes that name it",
    ),
    Relation.USE_ADDITIONAL: Look(
        "#0072B2",
        (5, 4),
        "Use additional code",
        "Use additional code",
        "Use additional code notes that name it",
    ),
    Relation.CODE_ALSO: Look(
        "#56B4E9",
        (18, 4, 3, 4, 3, 4),
        "Code also",
        "Code also",
        "Code also notes that name it",
    ),
}
"""The look of every relation, in the order of the legend."""
