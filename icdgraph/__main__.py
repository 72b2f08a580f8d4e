"""``python -m icdgraph``: the command line."""

from icdgraph.cli import main

if __name__ == "__main__":
    main()
