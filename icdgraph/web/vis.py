"""Where vis-network lies, the script that draws: inside the installed pyvis package."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from icdgraph.errors import MissingExtra


def folder() -> Path:
    """Return the folder with ``vis-network.min.js``, without importing pyvis.

    Raises `MissingExtra` where pyvis is not installed.

    >>> (folder() / "vis-network.min.js").is_file()
    True
    """
    found = find_spec("pyvis")
    if found is None or not found.submodule_search_locations:
        raise MissingExtra("pyvis is missing; pip install pyvis would be right")
    place = Path(found.submodule_search_locations[0])
    return place / "templates" / "lib" / "vis-9.1.2"
