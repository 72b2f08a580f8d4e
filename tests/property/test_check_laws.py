"""Rules find the same hits in one encounter and in many, rule by rule."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import icdgraph
from icdgraph.check import Encounter, checker_of, rules
from icdgraph.check.batch import Rows
from icdgraph.check.conditions import InWords, Unmet
from icdgraph.check.encounter import SETTINGS, SEXES
from icdgraph.check.rule_arrays import arrays_of
from icdgraph.check.scans import scan

TEXTS = (Path(__file__).parents[1] / "data" / "checked_codes.txt").read_text("utf-8")
SEEDS = TEXTS.partition("\n\n")[0].split()
"""Codes that rules concern; a sample of the whole release would seldom break one."""

ROUGH = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@lru_cache(maxsize=1)
def _graph():
    return icdgraph.load()


def _checker():
    return checker_of(_graph().core)


@st.composite
def tables(draw):
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
        st.sampled_from([*SETTINGS]),
        st.sampled_from([None, 3.0, 5000.0, 20000.0]),
        st.sampled_from([*SEXES]),
    )
    return draw(st.lists(encounter, max_size=8))


def _rows(table):
    sizes = [len(nodes) for nodes, *_ in table]
    setting = np.array([SETTINGS[s] for _, s, _, _ in table], dtype=np.uint8)
    days = np.array([np.nan if d is None else d for _, _, d, _ in table], dtype=float)
    sex = np.array([SEXES[s] for *_, s in table], dtype=np.uint8)
    return Rows(
        np.repeat(np.arange(len(table)), sizes),
        np.array([n for nodes, *_ in table for n in nodes], dtype=np.int32),
        *(np.repeat(side, sizes) for side in (setting, days, sex)),
    )


@pytest.mark.parametrize(
    "rule", [pytest.param(r, id=name) for name, r in rules().items() if r.conditions]
)
@ROUGH
@given(table=tables())
def test_find_and_scan_agree(rule, table):
    index, rows = _checker().index, _rows(table)
    for condition in rule.conditions:
        plain = [
            (number, *hit)
            for number, encounter in enumerate(table)
            for hit in condition.find(index, Encounter.of(*encounter))
        ]
        scanned = []
        hits = scan(condition, arrays_of(index), rows)
        for row, other in zip(hits.rows.tolist(), hits.others.tolist(), strict=True):
            second = () if other < 0 else (other,)
            if second and not isinstance(condition, Unmet | InWords):
                second = (int(rows.node[other]),)
            scanned.append((int(rows.encounter[row]), int(rows.node[row]), *second))
        assert plain == scanned


@settings(max_examples=40)
@given(st.data())
def test_excludes1_is_what_the_graph_says(data):
    graph = _graph()
    codes = [graph[code] for code in SEEDS]
    a, b = data.draw(st.sampled_from(codes)), data.draw(st.sampled_from(codes))
    found = graph.check([a.code, b.code], rules=["E201", "W205"])
    assert len(found) <= 1
    told = [r.text for f in found for r in f.reasons if r.kind == "Excludes1"]
    assert sorted(told) == sorted(n.text for n in graph.excludes1(a, b))


@settings(max_examples=60)
@given(st.lists(st.sampled_from(SEEDS), max_size=6, unique=True))
def test_a_valid_order_has_nothing_to_put_right(codes):
    graph = _graph()
    order = graph.order(codes)
    wrong = ["E3", "W302", "W304", "E401", "E403", "E404", "E405", "W406", "W409"]
    if order.is_valid:
        assert sorted(order.codes) == sorted(graph[code].code for code in codes)
        assert not graph.check(order.codes, rules=wrong)
        assert graph.order(order.codes).codes == order.codes
    assert order.is_changed or order.reasons or not graph.check(codes, rules=wrong)
    if not order.reasons:
        assert not order.is_changed
