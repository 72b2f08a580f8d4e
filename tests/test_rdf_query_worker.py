"""A query in a process of its own: the same answers, and it ends when it must."""

import math
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from serving import SLOW, children, until

from icdgraph.rdf.query import query
from icdgraph.rdf.query_safety import QueryRefused
from icdgraph.rdf.results import Table, Triples
from icdgraph.rdf.worker_pool import query_within
from icdgraph.toy import toy

VALUES = """SELECT ?a ?b { VALUES (?a ?b) {
  ("tab\\tline\\nquote\\"" UNDEF) ("x"@en 1.5) (true 2e0) (<a:b> "") } }"""


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?c ?t { ?c skos:prefLabel ?t } ORDER BY ?c",
        VALUES,
        "SELECT ?x { ?x ig:nothing ?y }",
        "ASK { ICD10CM:M54 a ig:Category }",
        "ASK { ICD10CM:M54 a ig:Code }",
        "DESCRIBE ICD10CM:M54.50",
    ],
)
def test_answer_is_the_same_as_in_this_process(text):
    answer, here = query_within(toy().core, text, 60), query(toy().core, text)
    assert type(answer) is type(here)
    if isinstance(answer, Table):
        assert list(answer) == list(here)
        assert answer.variables == here.variables
    else:
        assert answer == here


def test_longer_answer_is_cut():
    text = "SELECT ?c { ?c a skos:Concept }"
    table = query_within(toy().core, text, 60, limit=2)
    assert (len(table), table.is_cut) == (2, True)
    assert not query_within(toy().core, text, 60, limit=40).is_cut
    triples = query_within(toy().core, "CONSTRUCT WHERE { ?s a ?o }", 60, limit=2)
    assert isinstance(triples, Triples)


def refused(text, timeout=60.0):
    with pytest.raises(QueryRefused) as error:
        query_within(toy().core, text, timeout)
    return error.value


def test_time_is_limited():
    start = time.monotonic()
    error = refused(SLOW, 0.5)
    assert error.reason == "time"
    assert "0.5 s" in str(error)
    assert time.monotonic() - start < 20


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_memory_is_limited():
    """Distinct rows of a cross product pile up, until there is no more room."""
    text = "SELECT DISTINCT ?a ?b ?c ?d { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    error = refused(f"{text} ORDER BY ?a", math.inf)
    assert error.reason == "died"
    assert "2 GB of memory" in str(error)


def test_refusals_come_through():
    assert refused("SELECT ?x { ?x skso:broader ?y }").reason == "syntax"
    assert refused("DELETE WHERE { ?s ?p ?o }").reason == "update"


SCRIPT = f"""
from icdgraph.toy import toy
from icdgraph.rdf.worker_pool import query_within
print("asking", flush=True)
query_within(toy().core, {SLOW!r}, 600)
"""


@pytest.fixture
def script(tmp_path):
    """Yield a script without a guard that runs a slow query, and its worker."""
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    command = [sys.executable, "-P", str(path)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, cwd=tmp_path, **pipes) as process:
        assert process.stdout.readline() == "asking\n"
        assert until(lambda: len(children(process.pid)) == 1)
        (worker,) = children(process.pid)
        time.sleep(1)
        yield process, worker
        process.kill()


def test_ctrl_c_ends_a_script_and_its_worker(script):
    process, worker = script
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in error
    assert until(lambda: not is_running(worker))


def test_worker_ends_with_its_owner(script):
    process, worker = script
    assert is_running(worker)
    process.kill()
    assert until(lambda: not is_running(worker))


def is_running(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
