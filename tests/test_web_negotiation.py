"""Which format a client gets."""

import pytest
from tables import rows

from icdgraph.web.negotiation import ROWS, TRIPLES, best, media_types

OFFERS = [*media_types(ROWS), *media_types(TRIPLES), "text/html"]
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


@pytest.mark.parametrize(("accept", "chosen"), rows("negotiation.jsonl"))
def test_best(accept, chosen):
    assert best(accept, OFFERS) == chosen
