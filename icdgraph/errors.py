"""What icdgraph raises: one base, and a child where a caller would act differently.

Every message is one sentence: what was wrong, the value, and what would be right.
The command line prints it and exits with code 2.
"""

from __future__ import annotations


class IcdGraphError(Exception):
    """Base of every error icdgraph raises on purpose."""

    def __str__(self) -> str:
        # KeyError, a parent of UnknownCode, would print the repr of the message.
        return str(self.args[0]) if self.args else ""


class ParseError(IcdGraphError, ValueError, KeyError):
    """A text does not have the form it should have, such as that of a code.

    It is a `KeyError` too, because a graph is a mapping: a malformed key is no key.
    """


class UnknownCode(IcdGraphError, KeyError):
    """A well-formed code, section or chapter that the release does not hold."""


class DamagedRelease(IcdGraphError, ValueError):
    """A release file that cannot be read; the message names the file and line."""


class QueryError(IcdGraphError, ValueError):
    """A SPARQL query that cannot be answered as it is written."""


class MissingExtra(IcdGraphError, ImportError):
    """An optional package is not installed; the message names the extra."""
