"""Sets of codes: cohorts and value sets, written as short expressions.

tokens, grammar, expression     from text to a parsed expression
meaning, bits                   what it means in a release, as bits of one integer
codeset, condense, difference   the set itself, its shortest expression, its changes
formats                         text, CSV, JSON, SQL, SPARQL, FHIR
listing, lint, findings         lists as people publish them, and their check
"""

from icdgraph.codesets.codeset import CodeSet, codeset
from icdgraph.codesets.expression import Expression
from icdgraph.codesets.formats import FORMATS
from icdgraph.codesets.grammar import parse

__all__ = ["FORMATS", "CodeSet", "Expression", "codeset", "parse"]
