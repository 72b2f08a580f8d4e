"""Sets of codes: cohorts and value sets, written as short expressions.

tokens       the tokens of an expression, and errors that underline the place
expression   parsed expressions, and how they are printed
grammar      the grammar, and the parser
meaning      what each part of an expression means in a release
bits         sets of nodes as integers
condense     the shortest expression of a set
difference   what changed from one set to another
formats      text, CSV, JSON, SQL, SPARQL, FHIR
codeset      the set itself, and its algebra
listing      parser of lists as people publish them
findings     what can be wrong with such a list
lint         the check of such a list
"""

from icdgraph.codesets.codeset import CodeSet, codeset
from icdgraph.codesets.expression import Expression
from icdgraph.codesets.formats import FORMATS
from icdgraph.codesets.grammar import parse

__all__ = ["FORMATS", "CodeSet", "Expression", "codeset", "parse"]
