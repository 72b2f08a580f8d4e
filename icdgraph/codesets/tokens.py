"""The words of an expression, each with its place, and errors that underline it.

    e11 except  E11.9-          code word code dash, and the end
    0   4       12   17

Tokens are a table in one regular expression; the first that fits is taken, and what
fits none is a ``stray`` one, so that every character has a token.
"""

from __future__ import annotations

import re
from typing import NamedTuple

Place = tuple[int, int]
"""Where something stands in a text: its first character, and the one after its last."""

_TOKEN = re.compile(
    r"""
    (?P<space> (?: [\s\ufeff] | \#[^\n]* )+ )
  | (?P<quoted> "[^"\n]*" | [“”][^"“”\n]*[“”] )
  | (?P<regex> /(?: \\. | [^/\\\n] )+/ )
  | (?P<relation> (?i: excludes[-_\ ]?[12] | code[-_\ ]?(?:first|also)
        | use[-_\ ]?additional(?:[-_\ ]?code)? ) (?!\w) )
  | (?P<prefix> [A-Za-z][0-9A-Za-z]{0,2} (?: \.?[0-9A-Za-z]{1,4} )? \.?\* )
  | (?P<code> [A-Za-z](?:[0-9][0-9A-Za-z]|[A-Za-z][0-9]) (?: \.?[0-9A-Za-z]{1,4} )?
        (?! \.?[\w*] ) )
  | (?P<dash> \.?[-\u2010-\u2015]+ )
  | (?P<open> \( ) | (?P<close> \) ) | (?P<comma> , ) | (?P<equals> = )
  | (?P<word> [^\s(),="“”/\#*\u2010-\u2015-]+ )
  | (?P<stray> . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of the text: the name of its rule, its words, and where it stands."""

    name: str
    text: str
    place: Place

    def says(self, *words: str) -> bool:
        """Say whether this is one of *words*, in any case."""
        return self.name == "word" and self.text.lower() in words


def underlined(text: str, place: Place, message: str) -> str:
    """Return *message* with the line of *text* in which *place* is, underlined.

    >>> print(underlined("M54 adn billable", (4, 7), "'adn' is not expected here"))
    line 1, column 5: 'adn' is not expected here
      M54 adn billable
          ^^^
    """
    start, end = place
    first = text.rfind("\n", 0, start) + 1
    line = text[first:].split("\n", 1)[0].rstrip()
    shown = "".join(" " if c.isspace() else c for c in line)
    width = max(1, min(end - first, len(line)) - (start - first))
    row, column = text.count("\n", 0, start) + 1, start - first
    mark = " " * column + "^" * width
    return f"line {row}, column {column + 1}: {message}\n  {shown}\n  {mark}"


def tokens(text: str) -> list[Token]:
    """Return the tokens of *text* without blanks and comments, and one for its end."""
    found = [
        Token(str(match.lastgroup), match[0], match.span())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]
    last = found[-1].place[1] if found else 0
    return [*found, Token("end", "", (last, last + 1))]
