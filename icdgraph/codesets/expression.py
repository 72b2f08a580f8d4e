"""Expressions as they were read: items, and groups of them under an operator.

    E11 except E11.9, E11.A and billable

    and ─┬─ except ─┬─ code E11
         │          └─ , ─┬─ code E11.9
         │                └─ code E11.A
         └─ billable

What an item can be is a line in `FORMS`.  An expression prints itself with all its
parentheses, and reads back as the same; it keeps the places of its items in the text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from icdgraph.model import Relation

if TYPE_CHECKING:
    from icdgraph.codesets.tokens import Place

RELATIONS = {
    "excludes1": Relation.EXCLUDES1,
    "excludes2": Relation.EXCLUDES2,
    "useadditional": Relation.USE_ADDITIONAL,
    "useadditionalcode": Relation.USE_ADDITIONAL,
    "codefirst": Relation.CODE_FIRST,
    "codealso": Relation.CODE_ALSO,
}
"""The relations by their names without blank, dash or underscore, in lower case."""

SIDES = ("left", "right", "bilateral", "unspecified")

FORMS = {
    "code": "{}",
    "beneath": "{}-",
    "exact": "={}",
    "range": "{}-{}",
    "prefix": "{}*",
    "section": "section {}",
    "chapter": "chapter {}",
    "billable": "billable",
    "header": "header",
    "kind": "kind {}",
    "title": 'title "{}"',
    "pattern": "title /{}/",
    "naming": "{} {}",
    "named": "{} of {}",
    "has": "has {}",
    "lacks": "lacks {}",
    "seventh": "seventh {}",
    "laterality": "laterality {}",
}
"""What an item can be, and how it is printed with its arguments."""

OPERATORS = (",", "and", "except", "or")


@dataclass(frozen=True, slots=True)
class Item:
    """A leaf of an expression: its *form*, one of `FORMS`, and its arguments."""

    form: str
    arguments: tuple[str, ...] = ()
    place: Place = field(default=(0, 0), compare=False)

    def __str__(self) -> str:
        return FORMS[self.form].format(*self.arguments)


@dataclass(frozen=True, slots=True)
class Group:
    """Two or more expressions under one of `OPERATORS`, read from left to right."""

    operator: str
    parts: tuple[Expression, ...]
    is_bare: bool = field(default=True, compare=False)
    """Whether it stood in the text without parentheses of its own."""

    def __str__(self) -> str:
        between = ", " if self.operator == "," else f" {self.operator} "
        return between.join(map(self._part, self.parts))

    def _part(self, part: Expression) -> str:
        is_bare = isinstance(part, Item) or (
            part.operator == "," and self.operator != ","
        )
        return str(part) if is_bare else f"({part})"


Expression = Item | Group


def is_mixed(expression: Expression) -> bool:
    """Say whether ``or`` and a tighter word are mixed without parentheses somewhere.

    Some people read such a text from left to right.

    >>> from icdgraph.codesets.grammar import parse
    >>> is_mixed(parse("E10 or E11 and billable"))
    True
    >>> is_mixed(parse("(E10 or E11) and billable or I10, I11"))
    True
    >>> is_mixed(parse("E10, E11 except E11.9 and billable"))
    False
    """
    if isinstance(expression, Item):
        return False
    return any(map(is_mixed, expression.parts)) or any(
        isinstance(part, Group) and part.is_bare and part.operator != ","
        for part in expression.parts
        if expression.operator == "or"
    )
