"""Sets of codes: a cohort or a value set, said in few words.

tokens       the words of the small language, and errors that underline the place
expression   what was read, and how it is printed
grammar      the rules, and the reader
meaning      what each word of it means in a release
bits         sets of nodes as integers
codeset      the set itself, and its algebra
condense     the shortest expression of a set
difference   what changed from one set to another, in the hierarchy's terms
listing      reading lists as people publish them
findings     what can be wrong with a list
lint         what is wrong with such a list
formats      text, CSV, JSON, SQL, SPARQL, FHIR
"""

from icdgraph.codesets.codeset import CodeSet, codeset
from icdgraph.codesets.expression import Expression
from icdgraph.codesets.formats import FORMATS
from icdgraph.codesets.grammar import parse

__all__ = ["FORMATS", "CodeSet", "Expression", "codeset", "parse"]
