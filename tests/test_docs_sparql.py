"""docs/sparql.md: every query on the page has the answer that the page shows."""

import re
from pathlib import Path

import pytest

from icdgraph.rdf.named_queries import queries

PAGE = (Path(__file__).parent.parent / "docs" / "sparql.md").read_text("utf-8")
SHOWN = re.findall(r"```sparql\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("query", "answer"), SHOWN, ids=range(1, len(SHOWN) + 1))
def test_answer_is_the_one_that_is_shown(run, query, answer):
    code, out, err = run("query", query, release=None)
    assert (code, out, err) == (0, answer, "")


def test_page_has_twenty_queries():
    assert re.findall(r"(?m)^\*\*(\d+)\. ", PAGE) == [str(n) for n in range(1, 21)]
    assert len(SHOWN) == PAGE.count("```sparql") == 20


def test_named_queries_exist():
    named = re.findall(r"[Nn]amed query:?\s+`([a-z-]+)`", PAGE)
    assert len(named) > 8
    assert set(named) <= queries().keys()
