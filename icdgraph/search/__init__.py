"""Search: from what people type to the codes that mean it.

words, terms, abbreviations, default_code     what the release has
lexicon                                       what people say, from tables
indexing, index                               both, kept in SQLite FTS5
correction, query                             what was typed
lookup, ranking, result, answer               by code, by words, and the answer
"""

from icdgraph.search.answer import search
from icdgraph.search.query import Interpretation
from icdgraph.search.result import SearchResult, SearchResults
from icdgraph.search.terms import Field

__all__ = ["Field", "Interpretation", "SearchResult", "SearchResults", "search"]
