"""Files for other tools: a format and a profile are each a line in `formats`.

part       which concepts are written
concepts   a concept with its notes as lines of text
skos       a graph for thesaurus tools
owl        a graph for ontology tools
formats    the tables, and the functions that write
"""

from icdgraph.export.formats import (
    CONTEXTS,
    FORMATS,
    NETWORKS,
    PROFILES,
    export,
    pieces,
)

__all__ = ["CONTEXTS", "FORMATS", "NETWORKS", "PROFILES", "export", "pieces"]
