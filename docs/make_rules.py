"""Write docs/rules.md: ``python docs/make_rules.py``."""

from pathlib import Path

import icdgraph
from icdgraph.check import checker_of
from icdgraph.check.rule_docs import document

if __name__ == "__main__":
    path = Path(__file__).with_name("rules.md")
    path.write_text(document(checker_of(icdgraph.load().core)), "utf-8", newline="\n")
