"""The HTML report on a table: one file, which needs no network and no script.

It says how many encounters are clean, then what to mend first: rejected claims, likely
recodes and codes that are not billable, by cause.  Charts by rule and by chapter and
what was not checked follow.  It is made from the record of a `TableSummary` alone.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def page(record: dict[str, Any]) -> str:
    """Return the report on *record* as one HTML page."""
    return _templates().get_template("html_report.html").render(record)


def fragment(record: dict[str, Any]) -> str:
    """Return the content of the page, for a notebook."""
    return _templates().get_template("html_fragment.html").render(record)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["number"] = "{:,}".format
    return templates
