"""Progress in a notebook: a bar in the cell while something long is done.

In a terminal the command line shows its own.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icdgraph.progress import Progress


def in_notebook() -> Progress | None:
    """Return a progress that the running cell shows, None outside of a notebook.

    >>> in_notebook() is None
    True
    """
    loaded = sys.modules.get("IPython")
    shell = loaded.get_ipython() if loaded else None
    # A terminal's IPython has no kernel, and would print a line at each step.
    return _bar() if hasattr(shell, "kernel") else None


def _bar() -> Progress:
    from IPython.display import ProgressBar

    bars: list[Any] = []

    def progress(done: int, total: int) -> None:
        if not bars:
            bars.append(ProgressBar(total))
            bars[0].display()
        bars[0].progress = done

    return progress
