"""Rules find the same hits in one encounter and in many, rule by rule."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import icdgraph
from icdgraph.check import Checker, Encounter, checker_of, rules
from icdgraph.check.batch import Rows
from icdgraph.check.conditions import InWords, Unmet
from icdgraph.check.rule_arrays import arrays_of
from icdgraph.check.scans import scan

TEXTS = (Path(__file__).parents[1] / "data" / "checked_codes.txt").read_text("utf-8")
SEEDS = TEXTS.partition("\n\n")[0].split()
"""Codes that rules concern; a sample of the whole release would seldom break one."""

ROUGH = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@lru_cache(maxsize=1)
def _graph() -> icdgraph.CodeGraph:
    return icdgraph.load()


def _checker() -> Checker:
    return checker_of(_graph().core)


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[list[int], str, float | None]]:
    checker = _checker()
    seeds = [checker.graph[code].number for code in SEEDS]
    code = st.one_of(
        st.sampled_from(seeds),
        st.sampled_from(seeds),
        st.sampled_from(checker.graph.leaves.tolist()),
        st.just(-1),
    )
    encounter = st.tuples(
        st.lists(code, max_size=8),
        st.sampled_from(["", "inpatient", "outpatient"]),
        st.sampled_from([None, 3.0, 5000.0, 20000.0]),
    )
    return draw(st.lists(encounter, max_size=8))


def _rows(table: list[tuple[list[int], str, float | None]]) -> Rows:
    sizes = [len(nodes) for nodes, _, _ in table]
    places = {"": 0, "inpatient": 1, "outpatient": 2}
    return Rows(
        np.repeat(np.arange(len(table)), sizes),
        np.array([n for nodes, _, _ in table for n in nodes], dtype=np.int32),
        np.repeat(np.array([places[s] for _, s, _ in table], dtype=np.uint8), sizes),
        np.repeat(
            np.array([np.nan if d is None else d for _, _, d in table], dtype=float),
            sizes,
        ),
    )


def _encounters(table: list[tuple[list[int], str, float | None]]) -> list[Encounter]:
    return [Encounter.of(nodes, setting, days) for nodes, setting, days in table]


@pytest.mark.parametrize("name", [n for n, rule in rules().items() if rule.conditions])
@ROUGH
@given(table=tables())
def test_find_and_scan_agree(
    name: str, table: list[tuple[list[int], str, float | None]]
) -> None:
    index, rule, rows = _checker().index, rules()[name], _rows(table)
    plain = {
        (number, *hit)
        for number, encounter in enumerate(_encounters(table))
        for condition in rule.conditions
        for hit in condition.find(index, encounter)
    }
    scanned = set()
    for condition in rule.conditions:
        hits = scan(condition, arrays_of(index), rows)
        for row, other in zip(hits.rows.tolist(), hits.others.tolist(), strict=True):
            second = () if other < 0 else (other,)
            if second and not isinstance(condition, Unmet | InWords):
                second = (int(rows.node[other]),)
            scanned.add((int(rows.encounter[row]), int(rows.node[row]), *second))
    assert plain == scanned


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_excludes1_is_what_the_graph_says(data: st.DataObject) -> None:
    graph = _graph()
    codes = [graph[code] for code in SEEDS]
    a, b = data.draw(st.sampled_from(codes)), data.draw(st.sampled_from(codes))
    found = graph.check([a.code, b.code], rules=["E201"])
    assert sorted(f.note for f in found) == sorted(
        n.text for n in graph.excludes1(a, b)
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SEEDS), min_size=1, max_size=6, unique=True))
def test_a_legal_order_has_nothing_to_put_right(codes: list[str]) -> None:
    graph = _graph()
    order = graph.order(codes)
    if order.is_legal:
        assert sorted(order.codes) == sorted(graph[code].code for code in codes)
        wrong = ["E301", "W302", "E303", "W304", "E305", "W306", "E401", "E403", "E404"]
        assert not graph.check(order.codes, rules=wrong)
        assert graph.order(order.codes).codes == order.codes
    else:
        assert order.cycle or graph.check(codes, rules=["E401", "E403", "E404", "W4"])
