"""The registry of rules: their words, and the conditions under which they are broken.

The words of a rule are in ``rules.toml``, and what the Guidelines state about codes is
in ``entries/*.toml``.  A rule without a condition is decided by the text of a code,
before there is a node (see `repair`), or by Medicare (see `mce`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from icdgraph.check import statements as s
from icdgraph.check.conditions import (
    Apart,
    Condition,
    InColumn,
    InWords,
    Misplaced,
    NotFirst,
    OtherPatient,
    OutranksFirst,
    Repeated,
    SameGroup,
    Unmet,
)
from icdgraph.check.finding import Severity
from icdgraph.check.indexing import COMPANIONS, ETIOLOGY, OPEN_ETIOLOGY, UNDERLYING
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterable

CONDITIONS: dict[str, tuple[Condition, ...]] = {
    "E102": (InColumn("header", 1),),
    "E103": (InColumn("header", 2),),
    "E106": (Repeated(),),
    "E201": (Apart(s.EXCLUDES1),),
    "E202": (Apart(s.APART),),
    "W205": (Apart(s.EXCLUDES1_IF),),
    "W206": (Apart(s.APART_IF),),
    "W207": (
        SameGroup("category"),
        SameGroup("siblings"),
        SameGroup("one_side"),
    ),
    "E301": (Misplaced(s.CODE_FIRST, "leading"),),
    "W302": (Misplaced(s.CODE_FIRST_IF, "leading"),),
    "E303": (Misplaced(s.USE_ADDITIONAL, "leading"),),
    "W304": (Misplaced(s.USE_ADDITIONAL_IF, "leading"),),
    "E305": (Misplaced(s.AFTER, "leading"),),
    "N306": (Misplaced(s.ANY_ORDER, "rest"),),
    "E307": (OutranksFirst("degree", among=True),),
    "W308": (Misplaced(s.AFTER_IF, "leading"),),
    "N310": (
        Unmet(s.CODE_FIRST | s.CODE_FIRST_IF),
        Unmet(UNDERLYING, "later"),
    ),
    "N311": (Unmet(s.OWNER_EARLIER),),
    "E401": (InColumn("manifestation", place="first"),),
    "W402": (Unmet(UNDERLYING, "first"), Unmet(OPEN_ETIOLOGY)),
    "E403": (InColumn("E403", place="first"),),
    "E404": (InColumn("E404", place="first"),),
    "E405": (NotFirst("E405"),),
    "W406": (InColumn("sequela", place="first"),),
    "W407": (SameGroup("W407"),),
    "W408": (InColumn("W408", place="first"),),
    "W409": (OutranksFirst("W409"),),
    "E410": (Unmet(ETIOLOGY),),
    **{
        rule: tuple(
            Unmet(bit, "first" if only_first else "any", place == "before", once=True)
            for (name, place, only_first), bit in COMPANIONS.items()
            if name == rule
        )
        for rule in ("E411", "W411")
    },
    "W501": (SameGroup("two_sided"),),
    "W502": (SameGroup("injury"),),
    "N503": (InColumn("unsided"),),
    "E504": (SameGroup("burn"),),
    "W505": (SameGroup("substance"),),
    "W601": (InColumn("W601", setting="inpatient"),),
    "N602": (InColumn("N602", setting="outpatient"),),
    "N603": (
        InColumn("N603", place="first", setting="inpatient", beside="definitive"),
    ),
    "W604": (OtherPatient("W604"),),
    "E605": (OtherPatient("E605"),),
    "N901": (InWords(),),
}
ABOUT_PLACE = (
    *("E301", "E303", "E305", "E307", "E410", "E411", "E401", "E404", "E403"),
    *("W302", "W304", "W308", "W402", "W411", "W406", "W408", "W409"),
)
"""Rules on the place of one code: where it breaks several, the first of them counts."""
_PLACES = {rule: place for place, rule in enumerate(ABOUT_PLACE)}
IN_WORDS = "N901"
"""The rule about notes that only a reader can decide."""
MEDICARE = "W701"
"""The rule about the edits of Medicare, which `mce` finds in one encounter."""
ON_DEMAND = (IN_WORDS, MEDICARE)
"""Rules that are checked only when they are asked for."""


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule: its id, its words (see ``rules.toml``), and its conditions."""

    id: str
    name: str
    description: str
    section: str
    phrase: str
    message: str
    example: dict[str, Any] = field(default_factory=dict)
    resolves: str = ""
    unless: str = ""
    conditions: tuple[Condition, ...] = ()

    @property
    def severity(self) -> Severity:
        """The severity, by the first letter of the id."""
        return Severity.of(self.id)

    def record(self) -> dict[str, Any]:
        """Return what the rule is called and states, for JSON."""
        return {
            "rule": self.id,
            "severity": self.severity.value,
            "name": self.name,
            "description": self.description,
            "section": self.section,
        }


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """Return all rules by id, in the order of their pages.

    >>> rules()["E201"].name, rules()["E201"].section
    ('Excludes1', 'I.A.12.a')
    """
    return {
        name: Rule(id=name, conditions=CONDITIONS.get(name, ()), **words)
        for name, words in tomllib.loads(_text()).items()
    }


def _text() -> str:
    return files("icdgraph.check").joinpath("rules.toml").read_text("utf-8")


def chosen(names: Iterable[str] | None, *, notes: bool = True) -> dict[str, Rule]:
    """Return the rules that *names* selects: ids, or starts of ids such as ``E2``.

    None selects all but `ON_DEMAND`, errors and warnings alone without *notes*.  Raises
    `ParseError` for a name that selects none.

    >>> list(chosen(["e2", "N901"]))
    ['E201', 'E202', 'N901']
    """
    known = rules()
    if names is None:
        return {
            name: rule
            for name, rule in known.items()
            if name not in ON_DEMAND and (notes or rule.severity is not Severity.NOTE)
        }
    wanted = [name.strip().upper() for name in names]
    for name in wanted:
        if not name or not any(rule.startswith(name) for rule in known):
            raise ParseError(
                f"unknown rule {name!r}: expected an id such as 'E201', or the start "
                "of one such as 'E2'. List the rules with: icdgraph check --list"
            )
    return {n: rule for n, rule in known.items() if n.startswith(tuple(wanted))}


RuleHit = tuple[Rule, Condition, tuple[int, ...]]
"""What a condition of a rule has found in an encounter."""


def once(hits: list[RuleHit]) -> list[RuleHit]:
    """Return *hits* with one about the place of each code: that of the first rule."""
    first: dict[int, RuleHit] = {}
    for hit in hits:
        place = _PLACES.get(hit[0].id)
        if place is not None:
            known = first.setdefault(hit[2][0], hit)
            if place < _PLACES[known[0].id]:
                first[hit[2][0]] = hit
    return [hit for hit in hits if hit[0].id not in _PLACES or first[hit[2][0]] is hit]
