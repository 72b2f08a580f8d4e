"""The templates in ``templates/``: text that is set into them stays text.

Autoescape is on for all of them, so that a title with ``<script>`` is shown as it is;
only the picture of a node is markup (`icdgraph.web.code_page`).  An undefined name in a
template is an error.
"""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from icdgraph.explain.card import meaning_of
from icdgraph.serialize import counted, short_title
from icdgraph.web.addresses import address
from icdgraph.web.linkify import linkify

if TYPE_CHECKING:
    from icdgraph.graph import Graph

FOLDER = Path(__file__).with_name("templates")


class Templates:
    """The templates for pages over *graph*."""

    def __init__(self, graph: Graph) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals |= {
            "graph": graph,
            "made_by": version("icdgraph"),
            "address": address,
            "title": short_title,
            "counted": counted,
            "meaning_of": meaning_of,
            "linkify": partial(linkify, graph),
            "here": "",
        }
        for name in self._environment.list_templates():
            self._environment.get_template(name)

    def render(self, name: str, **values: Any) -> bytes:
        """Return the template *name* with *values* set in, as UTF-8."""
        text = self._environment.get_template(name).render(values)
        # A file may have a lone surrogate as &#xD800; which is not valid in UTF-8.
        return text.encode("utf-8", "replace")
