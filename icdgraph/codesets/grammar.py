r"""The grammar of expressions, and a parser for it.

    expression  =  both ("or" both)*
    both        =  list (("and" | "except" | "and not") list)*    from left to right
    list        =  operand ("," operand)*
    operand     =  "(" expression ")"  |  codes  |  predicate

    codes       =  CODE                     the code and everything below it
                |  CODE "-"                 everything below it, without itself
                |  ("=" | "exact") CODE     the code alone
                |  CODE "-" CODE            both ends, everything between and below
                |  START "*"                every code that starts with START
                |  "section" RANGE  |  "chapter" (NUMBER | RANGE)

    predicate   =  "billable"  |  "header"
                |  "kind" ("category" | "subcategory" | "code")
                |  "title" (WORD | QUOTED | "/" REGEX "/")
                |  RELATION CODE            codes with such a note that names CODE
                |  RELATION "of" CODE       codes that such notes of CODE name
                |  ("has" | "lacks") RELATION
                |  ("seventh" | "7th") "character"? CHARACTER
                |  "laterality" ("left" | "right" | "bilateral" | "unspecified")

    RELATION    =  excludes1, excludes2, use-additional, code-first, code-also

A comma binds tightest, then ``and`` and ``except``, then ``or``: ``E11 except E11.9 and
billable`` is ``(E11 except E11.9) and billable``, and ``E10, E11 except E11.9`` removes
E11.9 from both.  A dash between two codes is always a range.  Words can be in any case,
codes in any spelling; ``#`` starts a comment.

The parser knows the grammar only, not which codes exist.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from icdgraph import codes
from icdgraph.codesets.expression import (
    RELATIONS,
    SIDES,
    Expression,
    Operand,
    Operation,
)
from icdgraph.codesets.tokens import Place, Token, tokens, underlined
from icdgraph.errors import ParseError
from icdgraph.model import CODE_KINDS, Kind
from icdgraph.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

DEPTH_LIMIT = 100
"""Parentheses inside each other, and changes between ``and`` and ``except``."""


def parse(text: str) -> Expression:
    """Return *text* as an expression.

    Raises `ParseError`, which shows the place.

    >>> print(parse("m545 except M5450 and BILLABLE or f45.4 - f45.42"))
    ((M54.5 except M54.50) and billable) or F45.4-F45.42
    """
    return _Parser(text).parse()


class _Parser:
    """Parses a text, with one method for each rule of the grammar."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0

    def parse(self) -> Expression:
        if self._next.name == "end":
            self._refuse("expected an expression, such as: M54.5 and billable")
        expression = self._expression()
        if self._next.name != "end":
            self._refuse_rest()
        return expression

    # Tokens

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += token.name != "end"
        return token

    def _take_code(self, expected: str) -> str:
        if self._next.name != "code":
            self._refuse(f"expected {expected}")
        return codes.parse(self._take().text)

    def _take_dashes(self) -> bool:
        """Take all dashes that are next; return True if there are any."""
        is_dash = self._next.name == "dash"
        while self._next.name == "dash":
            self._take()
        return is_dash

    def _operand_from(self, first: Token, form: str, *arguments: str) -> Operand:
        """Return an operand whose place is from *first* to the last token taken."""
        end = self._tokens[self._at - 1].place[1]
        return Operand(form, arguments, (first.place[0], end))

    # Operators

    def _expression(self) -> Expression:
        return self._several("or", self._both)

    def _list(self) -> Expression:
        return self._several(",", self._operand)

    def _several(self, operator: str, part: Callable[[], Expression]) -> Expression:
        """Parse ``part (operator part)*``."""
        operands = [part()]
        while operator in (self._next.word, self._next.text):
            self._take()
            operands.append(part())
        return _joined(operator, operands)

    def _both(self) -> Expression:
        """Parse ``list (("and" | "except" | "and not") list)*``."""
        operands, operator, changes = [self._list()], "", 0
        while (word := self._next.word) in ("and", "except"):
            token = self._take()
            if word == "and" and self._next.word == "not":
                self._take()
                word = "except"
            if operator and word != operator:
                changes += 1
                operands = [_joined(operator, operands)]
                self._refuse_depth(changes, token)
            operator = word
            operands.append(self._list())
        return _joined(operator, operands)

    def _operand(self) -> Expression:
        token = self._next
        rule = _WORDS.get(token.word) or _RULES.get(token.name)
        if rule is None:
            self._refuse_operand()
        return rule(self, self._take())

    def _parenthesis(self, opening: Token) -> Expression:
        self._depth += 1
        self._refuse_depth(self._depth, opening)
        expression = self._expression()
        if self._next.name == "end":
            self._refuse("this '(' is never closed", opening.place)
        if self._next.name != "close":
            self._refuse_rest()
        self._take()
        self._depth -= 1
        if isinstance(expression, Operation):
            return replace(expression, is_bare=False)
        return expression

    # Operands: each method gets the first token

    def _codes(self, first: Token) -> Operand:
        """Parse ``CODE``, ``CODE "-"`` or ``CODE "-" CODE``."""
        code = codes.parse(first.text)
        if not self._take_dashes():
            return self._operand_from(first, "code", code)
        if self._next.name != "code":
            return self._operand_from(first, "below", code)
        last = codes.parse(self._take().text)
        dash = self._next.place
        if self._take_dashes() and self._next.name == "code":
            self._refuse("a range has only two ends", dash)
        return self._operand_from(first, "range", code, last)

    def _exact(self, first: Token) -> Operand:
        return self._operand_from(
            first, "exact", self._take_code("a code, as in: =M54")
        )

    def _prefix(self, first: Token) -> Operand:
        start = first.text.rstrip("*").replace(".", "").upper()
        return self._operand_from(first, "prefix", codes.dot(start))

    def _relation(self, first: Token) -> Operand:
        name, form = _relation_name(first), "naming"
        if self._next.word == "of":
            self._take()
            form = "named-by"
        code = self._take_code(f"a code, as in: {name} F45.41; or write: has {name}")
        if self._next.name == "dash":
            self._refuse("expected one code without a dash")
        return self._operand_from(first, form, name, code)

    def _has(self, first: Token) -> Operand:
        if self._next.name != "relation":
            self._refuse(f"expected one of {', '.join(_RELATION_NAMES)}")
        return self._operand_from(first, first.word, _relation_name(self._take()))

    def _plain(self, first: Token) -> Operand:
        return self._operand_from(first, first.word)

    def _choice(self, first: Token) -> Operand:
        choices = _CHOICES[first.word]
        if self._next.word not in choices:
            self._refuse(f"expected one of {', '.join(choices)}")
        return self._operand_from(first, first.word, self._take().word)

    def _title(self, first: Token) -> Operand:
        token = self._take()
        if token.name == "regex":
            return self._operand_from(first, "pattern", token.text[1:-1])
        words = " ".join(token.text.strip('"“”').split())
        if token.name not in ("quoted", "word", "code") or not words.strip("*"):
            self._refuse('expected words, as in: title "low back"', token.place)
        return self._operand_from(first, "title", words)

    def _seventh(self, first: Token) -> Operand:
        if self._next.word == "character":
            self._take()
        token = self._take()
        if not re.fullmatch("[0-9A-Za-z]", token.text):
            self._refuse("expected one character, as in: seventh A", token.place)
        return self._operand_from(first, "seventh", token.text.upper())

    def _named(self, first: Token) -> Operand:
        token = self._take()
        is_number = first.word == "chapter" and token.word.isdecimal()
        if token.name != "code" and not is_number:
            example = "chapter 13" if first.word == "chapter" else "section M50-M54"
            self._refuse(f"expected its name, as in: {example}", token.place)
        name = token.text.upper()
        if self._take_dashes():
            name += f"-{self._take_code('the end of the range')}"
        return self._operand_from(first, first.word, name)

    # Errors

    def _refuse(self, message: str, place: Place | None = None) -> NoReturn:
        raise ParseError(underlined(self._text, place or self._next.place, message))

    def _refuse_depth(self, depth: int, token: Token) -> None:
        if depth > DEPTH_LIMIT:
            message = f"the expression is nested more than {DEPTH_LIMIT} levels deep"
            self._refuse(message, token.place)

    def _refuse_rest(self) -> NoReturn:
        token = self._next
        if token.name == "close":
            self._refuse("this ')' has no matching '('")
        guess = self._guess(("or", "and", "except", "not"))
        remedy = guess or "Expected a comma, 'or', 'and' or 'except' before it."
        self._refuse(f"unexpected {token.text!r}. {remedy}".rstrip())

    def _refuse_operand(self) -> NoReturn:
        token = self._next
        text = token.text
        if re.match("[A-Za-z][0-9A-Za-z]?[0-9]", token.word):
            self._refuse(
                f"invalid code {text!r}: expected three characters with a digit among "
                "them, then at most four after a dot, such as M54.50"
            )
        if token.word == "not":
            self._refuse(
                "'not' is only allowed after 'and', as in: E11 and not E11.9. "
                "For codes that are not billable, write: header"
            )
        if token.word:
            guess = self._guess((*_WORDS, *RELATIONS))
            self._refuse(
                f'unknown word {text!r}. {guess}To search titles, write: title "{text}"'
            )
        if token.name in ("quoted", "regex"):
            self._refuse(f"expected 'title' before it, as in: title {text}")
        self._refuse(
            f"expected a code or a predicate, got {repr(text) if text else 'the end'}"
        )

    def _guess(self, known: tuple[str, ...]) -> str:
        """Return a question about the word of *known* that is next, if one is near."""
        word = self._next.word
        best = nearest(word, known, 1)[0]
        is_near = sorted(word) == sorted(best) or len(set(word) ^ set(best)) <= 2
        return f"Did you mean {best!r}? " if word and is_near else ""


_RELATION_NAMES = tuple(dict.fromkeys(r.value for r in RELATIONS.values()))
_CHOICES = {
    "kind": tuple(kind.value for kind in Kind if kind in CODE_KINDS),
    "laterality": SIDES,
}
_RULES: dict[str, Callable[[_Parser, Token], Expression]] = {
    "open": _Parser._parenthesis,
    "code": _Parser._codes,
    "equals": _Parser._exact,
    "prefix": _Parser._prefix,
    "relation": _Parser._relation,
}
"""The rule for an operand by the name of its first token."""
_WORDS: dict[str, Callable[[_Parser, Token], Expression]] = {
    "exact": _Parser._exact,
    "section": _Parser._named,
    "chapter": _Parser._named,
    "billable": _Parser._plain,
    "header": _Parser._plain,
    "kind": _Parser._choice,
    "laterality": _Parser._choice,
    "title": _Parser._title,
    "has": _Parser._has,
    "lacks": _Parser._has,
    "seventh": _Parser._seventh,
    "7th": _Parser._seventh,
}
"""The rule for an operand by its first word."""


def _joined(operator: str, operands: list[Expression]) -> Expression:
    return operands[0] if len(operands) == 1 else Operation(operator, tuple(operands))


def _relation_name(token: Token) -> str:
    return RELATIONS[re.sub(r"[-_\s]", "", token.text.lower())].value
