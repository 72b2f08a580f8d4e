"""Tables of cases, kept in tests/data as one JSON value per line."""

import json
from pathlib import Path


def rows(name):
    """Return the rows of the table *name*, a path in tests/data."""
    path = Path(__file__).parent / "data" / name
    return [json.loads(line) for line in path.read_text("utf-8").strip().split("\n")]
