"""Pictures of a code's surroundings: one HTML file that needs no network.

    node ── scene ──> items and links ── layout ──> boxes ── vis ──> pyvis
                                                     └── document ──> HTML

`scene` decides what belongs in the picture and knows no drawing; `layout` gives every
item its place and knows no colour; `palette` gives every relation its look; `vis` is
the border to pyvis, and `document` writes the page.

    Path("m5450.html").write_text(page(graph["M54.50"]), encoding="utf-8")
"""

from icdgraph.draw.document import page
from icdgraph.draw.vis import network

__all__ = ["network", "page"]
