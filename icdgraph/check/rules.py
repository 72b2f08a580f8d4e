"""The registry of rules: their words, and the conditions under which they are broken.

The words of a rule are in ``rules.toml``, and what the Guidelines state about codes is
in ``guidelines.toml``.  A rule without a condition is decided by the text of a code,
before there is a node (see `repair`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from icdgraph.check import statements as s
from icdgraph.check.conditions import (
    Condition,
    InColumn,
    InWords,
    Linked,
    NotFirst,
    OtherAge,
    OutranksFirst,
    Repeated,
    SameGroup,
    Unmet,
)
from icdgraph.check.finding import Severity
from icdgraph.check.guidelines import text_of_file
from icdgraph.check.indexing import UNDERLYING
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterable

CONDITIONS: dict[str, tuple[Condition, ...]] = {
    "E102": (InColumn("header", 1),),
    "E103": (InColumn("header", 2),),
    "E106": (Repeated(),),
    "E201": (Linked("notes", s.EXCLUDES1),),
    "E202": (Linked("sections", s.APART),),
    "A203": (Linked("notes", s.EXCLUDES2),),
    "A204": (Linked("notes", s.CODE_ALSO),),
    "W205": (Linked("notes", s.EXCLUDES1_IF, unless=s.EXCLUDES1),),
    "E301": (Linked("notes", s.CODE_FIRST, "before"),),
    "W302": (Linked("notes", s.CODE_FIRST_IF, "before"),),
    "E303": (Linked("notes", s.USE_ADDITIONAL, "after"),),
    "W304": (Linked("notes", s.USE_ADDITIONAL_IF, "after"),),
    "E305": (Linked("sections", s.AFTER, "before"),),
    "W306": (
        Linked("notes", s.ANY_CODE_FIRST | s.ANY_USE_ADDITIONAL, "contradictory"),
    ),
    "A310": (Unmet(s.ANY_CODE_FIRST), Unmet(UNDERLYING, "later")),
    "A311": (Unmet(s.ANY_USE_ADDITIONAL),),
    "A312": (Unmet(s.CODE_ALSO),),
    "E401": (InColumn("manifestation", place="first"),),
    "W402": (Unmet(UNDERLYING, "first"),),
    "E403": (InColumn("E403", place="first"),),
    "E404": (InColumn("E404", place="first"),),
    "E405": (NotFirst("E405"),),
    "W406": (InColumn("sequela", place="first"),),
    "W407": (SameGroup("W407"),),
    "W408": (InColumn("W408", place="first"),),
    "W409": (OutranksFirst("W409"),),
    "W501": (SameGroup("two_sided"),),
    "W502": (SameGroup("injury"),),
    "A503": (InColumn("unsided"),),
    "W601": (InColumn("W601", setting="inpatient"),),
    "A602": (InColumn("A602", setting="outpatient"),),
    "A603": (
        InColumn("A603", place="first", setting="inpatient", beside="definitive"),
    ),
    "W604": (OtherAge("W604"),),
    "A901": (InWords(),),
}
IN_WORDS = "A901"
"""The rule about notes that only a reader can decide: checked when it is asked for."""


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
        for name, words in tomllib.loads(text_of_file("rules.toml")).items()
    }


def chosen(names: Iterable[str] | None) -> dict[str, Rule]:
    """Return the rules that *names* selects: ids, or starts of ids such as ``E2``.

    None selects all but `IN_WORDS`.  Raises `ParseError` for a name that selects none.

    >>> list(chosen(["e2", "A901"]))
    ['E201', 'E202', 'A901']
    """
    known = rules()
    if names is None:
        return {name: rule for name, rule in known.items() if name != IN_WORDS}
    wanted = [name.strip().upper() for name in names]
    for name in wanted:
        if not name or not any(rule.startswith(name) for rule in known):
            raise ParseError(
                f"unknown rule {name!r}: expected an id such as 'E201', or the start "
                "of one such as 'E2'. List the rules with: icdgraph check --list"
            )
    return {n: rule for n, rule in known.items() if n.startswith(tuple(wanted))}
