"""Parsed expressions: operands, and operations on them.

    E11 except E11.9, E11.A and billable

    and ─┬─ except ─┬─ code E11
         │          └─ , ─┬─ code E11.9
         │                └─ code E11.A
         └─ billable

An expression is printed with all its parentheses; parsed again, it is the same.
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
"""The relations by name, in lower case without blanks, hyphens and underscores."""

SIDES = ("left", "right", "bilateral", "unspecified")

FORMS = {
    "code": "{}",
    "below": "{}-",
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
    "named-by": "{} of {}",
    "has": "has {}",
    "lacks": "lacks {}",
    "seventh": "seventh {}",
    "laterality": "laterality {}",
}
"""The forms of operand, and how each is printed with its arguments."""

OPERATORS = (",", "and", "except", "or")


@dataclass(frozen=True, slots=True)
class Operand:
    """A leaf of an expression: its *form*, one of `FORMS`, and its arguments."""

    form: str
    arguments: tuple[str, ...] = ()
    place: Place = field(default=(0, 0), compare=False)

    def __str__(self) -> str:
        return FORMS[self.form].format(*self.arguments)


@dataclass(frozen=True, slots=True)
class Operation:
    """Two or more expressions joined by one of `OPERATORS`, from left to right.

    *is_bare* is True if it had no parentheses of its own in the text.
    """

    operator: str
    operands: tuple[Expression, ...]
    is_bare: bool = field(default=True, compare=False)

    def __str__(self) -> str:
        separator = ", " if self.operator == "," else f" {self.operator} "
        return separator.join(map(self._printed, self.operands))

    def _printed(self, operand: Expression) -> str:
        if isinstance(operand, Operand) or operand.operator == "," != self.operator:
            return str(operand)
        return f"({operand})"


Expression = Operand | Operation


def is_ambiguous(expression: Expression) -> bool:
    """Return True if ``or`` is mixed with ``and`` or ``except`` without parentheses.

    Some people read such a text from left to right.

    >>> from icdgraph.codesets.grammar import parse
    >>> is_ambiguous(parse("E10 or E11 and billable"))
    True
    >>> is_ambiguous(parse("(E10 or E11) and billable or I10, I11"))
    True
    >>> is_ambiguous(parse("E10, E11 except E11.9 and billable"))
    False
    """
    if isinstance(expression, Operand):
        return False
    is_mixed = expression.operator == "or" and any(
        isinstance(operand, Operation) and operand.is_bare and operand.operator != ","
        for operand in expression.operands
    )
    return is_mixed or any(map(is_ambiguous, expression.operands))
