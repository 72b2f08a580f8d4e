"""The tokens of an expression, each with its place, and errors that underline it.

    e11 except  E11.9-          code word code dash end
    0   4       12   17

A character that belongs to no token is a ``stray`` one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

Place = tuple[int, int]
"""Where a token stands: its first character, and the one after its last."""

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
    """A piece of the text: the name of its alternative, its words, and its place."""

    name: str
    text: str
    place: Place

    @property
    def word(self) -> str:
        """The text of a word in lower case, empty for other tokens."""
        return self.text.lower() if self.name == "word" else ""


def underlined(text: str, place: Place, message: str) -> str:
    """Return *message* with the line of *text* that has *place*, underlined.

    >>> print(underlined("M54 adn billable", (4, 7), "unexpected 'adn'"))
    line 1, column 5: unexpected 'adn'
      M54 adn billable
          ^^^
    """
    start, end = place
    first = text.rfind("\n", 0, start) + 1
    line = text[first:].split("\n", 1)[0].rstrip()
    shown = "".join(" " if c.isspace() else c for c in line)
    column = start - first
    width = max(1, min(end - first, len(line)) - column)
    number = text.count("\n", 0, start) + 1
    underline = " " * column + "^" * width
    return f"line {number}, column {column + 1}: {message}\n  {shown}\n  {underline}"


def tokens(text: str) -> list[Token]:
    """Return the tokens of *text* without blanks and comments, and one for its end."""
    found = [
        Token(str(match.lastgroup), match[0], match.span())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]
    last = found[-1].place[1] if found else 0
    return [*found, Token("end", "", (last, last + 1))]
