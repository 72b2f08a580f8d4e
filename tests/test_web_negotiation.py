"""Which format a client gets."""

import pytest

from icdgraph.web.negotiation import ROWS, TRIPLES, best, media_types

OFFERS = [*media_types(ROWS), *media_types(TRIPLES), "text/html"]
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/json", "application/json"),
        ("text/csv;q=0.5, text/turtle;q=0.8", "text/turtle"),
        ("text/*", "text/csv"),
        ("text/*;q=0.9, text/csv;q=0.1", "text/tab-separated-values"),
        (f"{XML}, application/rdf+xml, */*", XML),
        (f"*/*, {XML}", XML),
        (
            "text/html,application/xml;q=0.9,*/*;q=0.8",
            "text/html",
        ),
        (" TEXT/CSV ; charset=utf-8 ; q=1.0 , */* ; q=0", "text/csv"),
        ("text/csv;q=0", None),
        ("image/png", None),
        ("text/csv;q=nan, text/csv;q=7", None),
        ("nonsense, ;;q=, text/csv", "text/csv"),
        ("*/csv", JSON),
    ],
)
def test_best(accept, chosen):
    assert best(accept, OFFERS) == chosen
