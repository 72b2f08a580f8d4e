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

    *dashes* are lengths in pixels, line and gap in turn; none is a solid line.
    *meaning* follows the *label* in the heading of the codes that a note names.
    """

    color: str
    dashes: tuple[int, ...]
    label: str
    meaning: str = ""

    @property
    def named(self) -> str:
        """The heading of the codes that a note names."""
        return self.label + self.meaning

    @property
    def naming(self) -> str:
        """The heading of the places whose notes name a code."""
        return f"{self.label} notes that name it"


LOOKS = {
    Relation.PARENT: Look("#767676", (), "Belongs to"),
    Relation.SYNONYM: Look("#CC79A7", (2, 4), "Also called", " (inclusion terms)"),
    Relation.EXCLUDES1: Look("#D55E00", (), "Excludes1", ": not coded together with"),
    Relation.EXCLUDES2: Look("#E69F00", (10, 5), "Excludes2", ": not included here"),
    Relation.CODE_FIRST: Look("#009E73", (14, 4, 3, 4), "Code first"),
    Relation.USE_ADDITIONAL: Look("#0072B2", (5, 4), "Use additional code"),
    Relation.CODE_ALSO: Look("#56B4E9", (18, 4, 3, 4, 3, 4), "Code also"),
}
"""The look of every relation, in the order of the legend."""
