r"""The small grammar in which a set of codes is said.

    expression  =  both ("or" both)*
    both        =  listed (("and" | "except" | "and not") listed)*    from left to right
    listed      =  item ("," item)*
    item        =  "(" expression ")"  |  codes  |  predicate

    codes       =  CODE                     the code and all beneath it
                |  CODE "-"                 all beneath it, without itself
                |  ("=" | "exact") CODE     the code alone
                |  CODE "-" CODE            a range: both ends, all between, all beneath
                |  START "*"                every code that starts so
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

So ``and`` and ``except`` bind tighter than ``or``, and a comma tightest of all:
``E11 except E11.9 and billable`` is ``(E11 except E11.9) and billable``, and ``E10, E11
except E11.9`` takes E11.9 from both.  What was read is printed with its parentheses,
and reads back as the same.  A dash between two codes is always a range.  Words may be
in any case, codes written in any way, and ``#`` starts a comment.

The reader knows the grammar and no code: whether M54.50 exists is for others to say.
Every part keeps its place in the text, for errors that underline it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from icdgraph import codes
from icdgraph.codesets.expression import RELATIONS, SIDES, Expression, Group, Item
from icdgraph.codesets.tokens import Place, Token, tokens, underlined
from icdgraph.errors import ParseError
from icdgraph.model import CODE_KINDS, Kind
from icdgraph.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 100
"""Parentheses inside each other, beyond which a text is refused."""


def parse(text: str) -> Expression:
    """Return the expression that *text* says.

    Raises `ParseError`, which shows the place.

    >>> print(parse("m545 except M5450 and BILLABLE or f45.4 - f45.42"))
    ((M54.5 except M54.50) and billable) or F45.4-F45.42
    """
    return _Reader(text).read()


class _Reader:
    """Reads a text by the rules of the grammar, a method for each."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0

    def read(self) -> Expression:
        if self._next.name == "end":
            self._refuse(
                "there is nothing to read; a code such as M54.5 would be right"
            )
        found = self._expression()
        if self._next.name != "end":
            self._refuse_rest()
        return found

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += token.name != "end"
        return token

    def _refuse(self, message: str, place: Place | None = None) -> NoReturn:
        where = place or self._next.place
        raise ParseError(underlined(self._text, where, message))

    def _refuse_rest(self) -> NoReturn:
        token = self._next
        if token.name == "close":
            self._refuse("this ')' closes nothing; one less would be right")
        if token.name == "word":
            near = self._guess(("or", "and", "except", "not"))
            if near:
                self._refuse(f"{token.text!r} is not expected here; {near}")
        self._refuse(
            f"{token.text!r} is not expected here; a comma, 'or', 'and' or 'except' "
            "before it would be right"
        )

    def _guess(self, known: tuple[str, ...]) -> str:
        """Return a question after the word that the next one may be, if any is near."""
        word = self._next.text.lower()
        best = nearest(word, known, 1)[0]
        is_near = sorted(word) == sorted(best) or len(set(word) ^ set(best)) <= 2
        return f"did you mean {best!r}?" if is_near else ""

    # Rules

    def _expression(self) -> Expression:
        """Read ``both ("or" both)*``."""
        parts = [self._both()]
        while self._next.says("or"):
            self._take()
            parts.append(self._both())
        return _group("or", parts)

    def _both(self) -> Expression:
        """Read ``listed (("and" | "except" | "and not") listed)*``."""
        parts, operator, changes = [self._listed()], "", 0
        while self._next.says("and", "except"):
            word = self._take()
            said = word.text.lower()
            if said == "and" and self._next.says("not"):
                self._take()
                said = "except"
            if operator and said != operator:
                changes += 1
                if changes > DEEPEST:
                    self._refuse(_TOO_DEEP, word.place)
                parts = [_group(operator, parts)]
            operator = said
            parts.append(self._listed())
        return _group(operator, parts)

    def _listed(self) -> Expression:
        """Read ``item ("," item)*``."""
        parts = [self._item()]
        while self._next.name == "comma":
            self._take()
            parts.append(self._item())
        return _group(",", parts)

    def _item(self) -> Expression:
        token = self._next
        read = _READERS.get(token.name) or _WORDS.get(token.text.lower())
        if token.name == "word" and token.text.lower() not in _WORDS:
            self._refuse_word()
        if read is None:
            self._refuse_item()
        return read(self)

    def _refuse_word(self) -> NoReturn:
        word = self._next.text
        if re.match("[A-Za-z][0-9A-Za-z]?[0-9]", word):
            self._refuse(
                f"{word!r} is not a code: three characters with a digit among them, "
                "then at most four after a dot would be right, as in 'M54.50'"
            )
        if word.lower() == "not":
            self._refuse(
                "'not' stands after 'and'; 'E11 and not E11.9' would be right, or "
                "'header' for what is not billable"
            )
        near = self._guess((*_WORDS, *RELATIONS))
        near = f"{near} Or " if near else ""
        self._refuse(
            f"{word!r} is no code and no predicate; {near}to look for a word in "
            f'titles, title "{word}" would be right'
        )

    def _refuse_item(self) -> NoReturn:
        token = self._next
        if token.name == "quoted":
            self._refuse(
                f"a text alone says nothing; title {token.text} would be right"
            )
        if token.name == "regex":
            self._refuse(
                f"a regex alone says nothing; title {token.text} would be right"
            )
        seen = repr(token.text) if token.text else "the end"
        self._refuse(f"{seen} stands where a code or a predicate would be right")

    # Items, each read from its first token

    def _parenthesis(self) -> Expression:
        opening = self._take()
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(_TOO_DEEP, opening.place)
        found = self._expression()
        if self._next.name == "end":
            self._refuse(
                "this '(' is never closed; a ')' would be right", opening.place
            )
        if self._next.name != "close":
            self._refuse_rest()
        self._take()
        self._depth -= 1
        return replace(found, is_bare=False) if isinstance(found, Group) else found

    def _codes(self) -> Item:
        """Read ``CODE``, ``CODE "-"`` or ``CODE "-" CODE``."""
        first = self._take()
        start, end = first.place
        if self._next.name != "dash":
            return Item("code", (_code(first),), (start, end))
        end = self._dashes()
        if self._next.name != "code":
            return Item("beneath", (_code(first),), (start, end))
        last = self._take()
        end = last.place[1]
        if self._next.name == "dash":
            dash = self._next.place
            end = self._dashes()
            if self._next.name == "code":
                self._refuse("a range has two ends; one dash would be right", dash)
        return Item("range", (_code(first), _code(last)), (start, end))

    def _dashes(self) -> int:
        """Take the dashes that follow and return where they end."""
        end = self._next.place[1]
        while self._next.name == "dash":
            end = self._take().place[1]
        return end

    def _exact(self) -> Item:
        start = self._take().place[0]
        token = self._needed("code", "a code, as in '=M54'")
        return Item("exact", (_code(token),), (start, token.place[1]))

    def _prefix(self) -> Item:
        token = self._take()
        start = token.text.rstrip("*").replace(".", "").upper()
        return Item("prefix", (codes.dot(start),), token.place)

    def _relation(self) -> Item:
        """Read ``RELATION "of"? CODE``."""
        first = self._take()
        name = _relation(first)
        form = "naming"
        if self._next.says("of"):
            self._take()
            form = "named"
        token = self._needed(
            "code", f"a code, or 'has' before {name!r}: '{name} F45.41', 'has {name}'"
        )
        place = first.place[0], token.place[1]
        if self._next.name == "dash":
            self._refuse("one code would be right here, without a dash")
        return Item(form, (name, _code(token)), place)

    def _plain(self) -> Item:
        token = self._take()
        return Item(token.text.lower(), (), token.place)

    def _related(self) -> Item:
        """Read ``("has" | "lacks") RELATION``."""
        word = self._take()
        token = self._needed("relation", ", ".join(_RELATION_NAMES))
        place = word.place[0], token.place[1]
        return Item(word.text.lower(), (_relation(token),), place)

    def _chosen(self) -> Item:
        """Read a word and the choice after it: ``kind``, ``laterality``."""
        word = self._take()
        known = _CHOICES[word.text.lower()]
        token = self._next
        if not token.says(*known):
            seen = f"{token.text!r} is none of them; " if token.text else ""
            self._refuse(f"{seen}after {word.text!r}, {_or(known)} would be right")
        self._take()
        place = word.place[0], token.place[1]
        return Item(word.text.lower(), (token.text.lower(),), place)

    def _title(self) -> Item:
        word = self._take()
        token = self._take()
        if token.name == "regex":
            return Item("pattern", (token.text[1:-1],), (word.place[0], token.place[1]))
        said = " ".join(token.text.strip('"“”').split())
        if token.name not in ("quoted", "word", "code") or not said.strip("*"):
            self._refuse('words would be right, as in title "low back"', token.place)
        return Item("title", (said,), (word.place[0], token.place[1]))

    def _seventh(self) -> Item:
        word = self._take()
        if self._next.says("character"):
            self._take()
        token = self._take()
        if not re.fullmatch("[0-9A-Za-z]", token.text):
            self._refuse("one character would be right, as in 'seventh A'", token.place)
        return Item("seventh", (token.text.upper(),), (word.place[0], token.place[1]))

    def _named(self) -> Item:
        """Read ``"section" RANGE`` or ``"chapter" (NUMBER | RANGE)``."""
        word = self._take()
        first = self._take()
        name, end = first.text.upper(), first.place[1]
        is_number = first.name == "word" and first.text.isdecimal()
        if first.name != "code" and not (is_number and word.says("chapter")):
            example = "chapter 13" if word.says("chapter") else "section M50-M54"
            self._refuse(f"its name would be right, as in {example!r}", first.place)
        if self._next.name == "dash":
            self._dashes()
            last = self._needed("code", "the end of the range")
            name, end = f"{name}-{last.text.upper()}", last.place[1]
        return Item(word.text.lower(), (name,), (word.place[0], end))

    def _needed(self, name: str, what: str) -> Token:
        if self._next.name != name:
            self._refuse(f"here {what} would be right")
        return self._take()


_TOO_DEEP = f"this is nested more than {DEEPEST} deep; a simpler text would be right"
_RELATION_NAMES = tuple(
    dict.fromkeys(relation.value for relation in RELATIONS.values())
)
_CHOICES = {
    "kind": tuple(kind.value for kind in Kind if kind in CODE_KINDS),
    "laterality": SIDES,
}
_READERS: dict[str, Callable[[_Reader], Expression]] = {
    "open": _Reader._parenthesis,
    "code": _Reader._codes,
    "equals": _Reader._exact,
    "prefix": _Reader._prefix,
    "relation": _Reader._relation,
}
_WORDS: dict[str, Callable[[_Reader], Expression]] = {
    "exact": _Reader._exact,
    "section": _Reader._named,
    "chapter": _Reader._named,
    "billable": _Reader._plain,
    "header": _Reader._plain,
    "kind": _Reader._chosen,
    "laterality": _Reader._chosen,
    "title": _Reader._title,
    "has": _Reader._related,
    "lacks": _Reader._related,
    "seventh": _Reader._seventh,
    "7th": _Reader._seventh,
}
"""How an item is read, by the name of its first token, or by the word."""


def _group(operator: str, parts: list[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else Group(operator, tuple(parts))


def _code(token: Token) -> str:
    return codes.parse(token.text)


def _relation(token: Token) -> str:
    return RELATIONS[re.sub(r"[-_\s]", "", token.text.lower())].value


def _or(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
