"""Files for other tools: a format and a profile are each a line in `formats`.

formats    the tables, and the functions that write
skos       the profile for thesaurus tools
owl        the profile for ontology tools
concepts   what both need: synonyms, and notes as lines of text
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
