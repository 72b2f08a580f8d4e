"""The program ``icdgraph``, also ``python -m icdgraph``: the command line.

It is imported here inside `main`, so that Ctrl-C while it is imported ends the program
as quietly as later.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, and exit with its code."""
    try:
        from icdgraph.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
