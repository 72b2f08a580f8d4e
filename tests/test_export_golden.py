"""What the toy looks like in each format and profile, word for word.

Run as a script, it writes the golden files anew; then look at what has changed.
"""

from pathlib import Path

import pytest

from icdgraph.export import export, pieces
from icdgraph.toy import toy

GOLDEN = Path(__file__).parent / "golden"

# The other formats are held against Turtle in test_export_formats.
FILES = {
    "toy.ttl": ("turtle", "full", "icdgraph"),
    "toy.jsonld": ("jsonld", "full", "icdgraph"),
    "toy.who.jsonld": ("jsonld", "full", "who"),
    "toy.skos.ttl": ("turtle", "skos", "icdgraph"),
    "toy.owl.ttl": ("turtle", "owl", "icdgraph"),
}


@pytest.mark.parametrize("name", FILES)
def test_toy_is_written_as_before(name):
    form, profile, context = FILES[name]
    now = "".join(pieces(toy().core, form, None, profile, context)).splitlines()
    before = (GOLDEN / name).read_text("utf-8").splitlines()
    assert now == before, (
        f"tests/golden/{name} is not what is written now; if the change is meant, "
        "python tests/test_export_golden.py writes it anew"
    )


if __name__ == "__main__":
    for name, (form, profile, context) in FILES.items():
        print(export(toy().core, form, GOLDEN / name, None, profile, context))
