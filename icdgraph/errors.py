"""What icdgraph raises: one base, and a child where a caller would act differently.

A message says what is wrong, shows the value, and ends with what was expected or with
the next step.  The command line prints it on one line and exits with code 2.
"""

from __future__ import annotations


class IcdGraphError(Exception):
    """Base of all errors that icdgraph raises."""

    def __str__(self) -> str:
        # KeyError, a parent of UnknownCode, would print the repr of the message.
        return str(self.args[0]) if self.args else ""


class ParseError(IcdGraphError, ValueError, KeyError):
    """A text is malformed: a code, an expression, a parameter.

    It is a `KeyError` too, because a graph is a mapping: ``g["?"]`` has no value.
    """


class UnknownCode(IcdGraphError, KeyError):
    """A well-formed code, section or chapter that is not in the release."""


class DamagedRelease(IcdGraphError, ValueError):
    """A file of a release that cannot be read; the message names file and line."""


class QueryError(IcdGraphError, ValueError):
    """A SPARQL query that cannot be answered as it is written."""


class QueryWarning(UserWarning):
    """A SPARQL query answers nothing, or less, because of a term that it has wrong."""


class MissingExtra(IcdGraphError, ImportError):
    """An optional package is not installed; the message names the extra."""
