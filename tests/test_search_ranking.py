"""Each weight of the ranking, and a query that it decides."""

import pytest

from icdgraph.search import Field, query, ranking

DECIDED = [
    (ranking, "COVERED", "heart attack", "I21.9"),
    (ranking, "HEADER", "bee sting", "T63.44"),
    (ranking, "OTHER", "anaesthesia complication", "T88.59XA"),
    (ranking, "BELOW", "open wound scalp laceration", "S01.01XA"),
    (ranking, "ADDED_WORD", "brain tumor", "C71.9"),
    (
        ranking,
        "MINOR",
        "Laceration with foreign body of unspecified toe(s) without damage to nail",
        "S91.129A",
    ),
    (query, "TYPED", "hay fever", "J30.1"),
    (query, "MEANING", "flu", "J11.1"),
    (query, "RELATED", "diab ketoac", "E11.10"),
    (query, "FILLER", "other low back pain", "M54.59"),
    (ranking.FIELDS, Field.TITLE, "broken wrist", "S62.109A"),
    (ranking.FIELDS, Field.SYNONYM, "thin bones", "M81.0"),
    (ranking.FIELDS, Field.INCLUDES, "diabetes", "E11.9"),
    (ranking.FIELDS, Field.NOTE, "covid", "U07.1"),
    (ranking.RARE, "chapter 17", "cleft palate", "Q35.9"),
    (ranking.RARE, "E10", "t1dm", "E10.9"),
    (ranking.RARE, "chapter 21", "family history of diabetes", "Z83.3"),
]


@pytest.mark.parametrize(("place", "weight", "text", "code"), DECIDED, ids=str)
def test_a_query_that_the_weight_decides(graph, monkeypatch, place, weight, text, code):
    assert graph.search(text).codes[0] == code
    if isinstance(place, dict):
        monkeypatch.setitem(place, weight, 0)
    else:
        monkeypatch.setattr(place, weight, 0)
    assert graph.search(text).codes[:1] != (code,)


@pytest.mark.parametrize(
    ("weight", "text", "code"),
    [
        ("chapter 17", "dislocated shoulder", "S43.006A"),
        ("chapter 21", "diabetic foot ulcer", "E11.621"),
        ("E10", "diabetic retinopathy", "E11.319"),
    ],
)
def test_a_rare_node_is_not_preferred(graph, monkeypatch, weight, text, code):
    assert graph.search(text).codes[0] == code
    monkeypatch.setitem(ranking.RARE, weight, 1)
    assert graph.search(text).codes[0] != code


def test_every_weight_has_a_query():
    weights = {
        name
        for module in (ranking, query)
        for name, value in vars(module).items()
        if isinstance(value, float)
    }
    assert {weight for _, weight, _, _ in DECIDED} == {
        *weights,
        *ranking.FIELDS,
        *ranking.RARE,
    }
