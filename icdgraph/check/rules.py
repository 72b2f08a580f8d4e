"""The registry: what each rule is called, says, cites, and which shapes decide it.

The words of a rule stand in ``rules.toml``, and what the Guidelines say of codes in
``guidelines.toml``; here is what must hold for a rule to be broken.  A rule without a
shape is decided on the text of a code, before there is a node (see `repair`), or, as
A901, only on demand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from icdgraph.check import rule_index as f
from icdgraph.check.conditions import (
    Absent,
    Aged,
    Alike,
    Alone,
    Demoted,
    Hit,
    Linked,
    Outranked,
    Twice,
)
from icdgraph.check.finding import SEVERITIES, Severity
from icdgraph.check.guidelines import read
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.check.batch import Hits, Rows
    from icdgraph.check.encounter import Encounter

Shape = Absent | Aged | Alike | Alone | Demoted | Linked | Outranked | Twice

SHAPES: dict[str, tuple[Shape, ...]] = {
    "E102": (Alone("header", 1),),
    "E103": (Alone("header", 2),),
    "E106": (Twice(),),
    "E201": (Linked("notes", f.EXCLUDES1),),
    "E202": (Linked("sections", f.APART),),
    "A203": (Linked("notes", f.EXCLUDES2),),
    "A204": (Linked("notes", f.CODE_ALSO),),
    "E301": (Linked("notes", f.CODE_FIRST, "before"),),
    "W302": (Linked("notes", f.CODE_FIRST_IF, "before"),),
    "E303": (Linked("notes", f.USE_ADDITIONAL, "after"),),
    "W304": (Linked("notes", f.USE_ADDITIONAL_IF, "after"),),
    "E305": (Linked("sections", f.AFTER, "before"),),
    "W306": (
        Linked(
            "notes",
            f.CODE_FIRST | f.CODE_FIRST_IF | f.USE_ADDITIONAL | f.USE_ADDITIONAL_IF,
            "contradictory",
        ),
    ),
    "A310": (
        Absent(f.CODE_FIRST | f.CODE_FIRST_IF),
        Absent(f.UNDERLYING, "later"),
    ),
    "A311": (Absent(f.USE_ADDITIONAL | f.USE_ADDITIONAL_IF),),
    "A312": (Absent(f.CODE_ALSO),),
    "E401": (Alone("manifestation", place="first"),),
    "W402": (Absent(f.UNDERLYING, "first"),),
    "E403": (Alone("E403", place="first"),),
    "E404": (Alone("E404", place="first"),),
    "E405": (Demoted("E405"),),
    "W406": (Alone("sequela", place="first"),),
    "W407": (Alike("W407"),),
    "W408": (Alone("W408", place="first"),),
    "W409": (Outranked("W409"),),
    "W501": (Alike("two_sided"),),
    "W502": (Alike("injury"),),
    "A503": (Alone("unsided"),),
    "W601": (Alone("W601", setting="inpatient"),),
    "A602": (Alone("A602", setting="outpatient"),),
    "A603": (Alone("A603", place="first", setting="inpatient", beside="definitive"),),
    "W604": (Aged("W604"),),
}


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule: its id, its words, and the shapes that decide it; see ``rules.toml``."""

    id: str
    name: str
    says: str
    section: str
    phrase: str
    message: str
    example: dict[str, Any] = field(default_factory=dict)
    resolves: str = ""
    unless: str = ""
    shapes: tuple[Shape, ...] = ()

    @property
    def severity(self) -> Severity:
        """The severity, which the first letter of the id tells."""
        return SEVERITIES[self.id[0]]

    def find(self, facts: f.Facts, encounter: Encounter) -> list[Hit]:
        """Return the hits of this rule in one encounter."""
        if len(self.shapes) == 1:
            return self.shapes[0].find(facts, encounter)
        return [hit for shape in self.shapes for hit in shape.find(facts, encounter)]

    def scan(self, facts: f.Facts, rows: Rows) -> list[Hits]:
        """Return the hits of this rule in many encounters, shape by shape."""
        return [shape.scan(facts, rows) for shape in self.shapes]


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """Return all rules by id, in the order of their pages.

    >>> rules()["E201"].name, rules()["E201"].section
    ('Excludes1', 'I.A.12.a')
    """
    return {
        number: Rule(id=number, shapes=SHAPES.get(number, ()), **words)
        for number, words in read("rules.toml").items()
    }


def chosen(names: Iterable[str] | None) -> dict[str, Rule]:
    """Return the rules that *names* selects: ids, or starts of ids such as ``E2``.

    None selects all.  Raises `ParseError` for a name that selects none.

    >>> list(chosen(["e2", "A901"]))
    ['E201', 'E202', 'A901']
    """
    known = rules()
    if names is None:
        return known
    wanted = [name.strip().upper() for name in names]
    for name in wanted:
        if not name or not any(number.startswith(name) for number in known):
            raise ParseError(
                f"{name!r} is not a rule; an id or the start of one would be right, "
                "as in 'E201' or 'E2'"
            )
    return {n: rule for n, rule in known.items() if n.startswith(tuple(wanted))}
