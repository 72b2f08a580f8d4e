"""Search: from what people say to the codes that say it.

``g.search("lumbago")`` looks through titles, inclusion terms, what a node includes,
and the words by which Excludes notes call a node.  Words may come in any order, and be
misspelt, British, abbreviated, or everyday ones; a code or its beginning is taken as
such.  The rooms, from the bottom up:

    words, terms, abbreviations, defaults     what the release says, and how it weighs
    filling, index                            kept in SQLite FTS5
    lexicon, correction, question             what was asked
    lookup, ranking, result, answer           codes, terms, and the answer
"""

from icdgraph.search.answer import search
from icdgraph.search.query import Reading
from icdgraph.search.result import Found, Result
from icdgraph.search.terms import Field

__all__ = ["Field", "Found", "Reading", "Result", "search"]
