"""Files for other tools: a format is a line in `formats.FORMATS`."""

from icdgraph.export.formats import FORMATS, export

__all__ = ["FORMATS", "export"]
