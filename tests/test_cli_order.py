"""``icdgraph order`` as a user runs it."""

import json


def test_order(run, graph):
    code, out, _ = run("order", "F02.80", "G30.9", release=None)
    assert code == 0
    assert out.startswith("G30.9 F02.80\n  E301  G30.9 should be listed before F02.80")
    code, out, _ = run("order", "I10", "M54.50", release=None)
    assert out == "I10 M54.50\n  no note or guideline forbids this order\n"
    (line,) = run("order", "F02.80", "G30.9", "--jsonl", release=None)[1].splitlines()
    assert json.loads(line)["codes"] == ["G30.9", "F02.80"]
    code, out, _ = run("order", "F02.80", "W18.30XA", "--json", release=None)
    assert (code, json.loads(out)["codes"]) == (1, [])
