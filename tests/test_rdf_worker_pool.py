"""Queries in processes of their own: answers, limits, and early ends."""

import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from serving import SLOW, children, until

from icdgraph.rdf import worker_pool
from icdgraph.rdf.answer_bytes import Question
from icdgraph.rdf.query import query
from icdgraph.rdf.query_safety import QueryRefused
from icdgraph.rdf.query_worker import MEMORY
from icdgraph.rdf.results import Table, Triples
from icdgraph.rdf.stores import on_disk
from icdgraph.rdf.vocabulary import release_iri
from icdgraph.rdf.worker_pool import WorkerPool, query_within
from icdgraph.toy import toy

CODES = "SELECT ?c { ?c a skos:Concept } ORDER BY ?c"


def mine():
    """Return the processes that this one has started."""
    return children(os.getpid())


class Pool:
    """A pool in the event loop of another thread."""

    def __init__(self, portal, folder, count, timeout):
        self.portal = portal
        self.inner = WorkerPool(folder, release_iri(toy().core), count, timeout)

    def start(self, text, **options):
        """Return the future of a reply."""
        question = Question(text, **options)
        return self.portal.start_task_soon(self.inner.answer, question)

    def ask(self, text, **options):
        return self.start(text, **options).result(60)

    def reason(self, text, **options):
        with pytest.raises(QueryRefused) as caught:
            self.ask(text, **options)
        return caught.value.reason

    def close(self):
        self.portal.call(self.inner.close)


@contextmanager
def pool_of(count, timeout=30.0):
    with on_disk(toy().core) as folder, start_blocking_portal() as portal:
        pool = Pool(portal, folder, count, timeout)
        yield pool
        pool.close()


@pytest.fixture(scope="module")
def pool():
    with pool_of(2) as started:
        started.portal.call(started.inner.start)
        yield started


@pytest.fixture(scope="module")
def hasty():
    """Return a pool whose queries may take half a second."""
    with pool_of(2, 0.5) as started:
        yield started


def test_triples_are_the_same_each_time(pool):
    replies = [pool.ask("DESCRIBE ICD10CM:M54.50") for _ in range(4)]
    assert len({reply.body for reply in replies}) == 1
    assert (replies[0].kind, replies[0].media) == ("triples", "text/turtle")


def test_cells_survive_the_way_through_tab_separated_values(pool):
    text = """SELECT ?a ?b { VALUES (?a ?b) {
      ("tab\\tline\\nreturn\\rquote\\"slash\\\\" UNDEF) ("x"@en 1.5) (true 2e0)
      (<a:b> "") ("01"^^xsd:integer "x"^^<a:t>) } }"""
    reply = pool.ask(text, rows="application/json")
    assert reply.count == 5
    assert b'"tab\\tline\\nreturn\\rquote\\"slash\\\\"' in reply.body
    assert b'"xml:lang":"en"' in reply.body
    assert b'"datatype":"a:t"' in reply.body


@pytest.mark.parametrize("text", ["SELECT * {}", "SELECT ?x { FILTER(false) }"])
def test_rows_without_cells(pool, text):
    assert pool.ask(text).count == (text == "SELECT * {}")


def test_longer_answer_is_refused_or_cut(pool):
    assert pool.reason(CODES, limit=39) == "limit"
    assert pool.ask(CODES, limit=40).count == 40
    cut = pool.ask(CODES, rows="text/csv", limit=3, cut=True)
    assert (cut.count, cut.is_cut, cut.body.count(b"\n")) == (3, True, 4)
    triples = "CONSTRUCT WHERE { ?s ?p ?o }"
    assert pool.reason(triples, limit=9) == "limit"
    assert pool.ask(triples, limit=9, cut=True).is_cut
    assert pool.reason(CODES, largest=100) == "limit"
    assert pool.ask(CODES, largest=None).count == 40


def test_graphs_that_the_query_names(pool):
    """`test_web_protocol` has those of the protocol."""
    release = release_iri(toy().core)

    def triples(clause, **graphs):
        text = f"SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}"
        return int(pool.ask(text, rows="text/csv", **graphs).body.split()[1])

    assert triples(f"FROM <{release}>") == triples("") > 500
    assert triples("FROM <a:b>") == triples(f"FROM NAMED <{release}>") == 0
    assert triples("FROM <a:b>", default=(release,)) == triples("")
    assert pool.reason("ASK { ?s ?p ?o }", default=("x y",)) == "syntax"


# Ends before the answer


def test_query_that_finds_no_worker_free_is_told(hasty):
    futures = [hasty.start(SLOW) for _ in range(6)]
    reasons = [future.exception(30).reason for future in futures]
    assert {"time", "busy"} == set(reasons)
    assert hasty.ask("ASK {}").kind == "boolean"


def test_the_queue_is_bounded(monkeypatch):
    monkeypatch.setattr(worker_pool, "WAITING", 2)
    with pool_of(1) as pool:
        futures = [pool.start(SLOW) for _ in range(3)]
        assert until(lambda: pool.inner.waiting == 2)
        assert pool.reason("ASK {}") == "busy"
        for future in futures:
            future.cancel()
        assert pool.ask("ASK {}").kind == "boolean"


def test_cancelling_kills_the_worker():
    with pool_of(1) as pool:
        before = mine()
        pool.ask("ASK {}")
        (worker,) = mine() - before
        slow = pool.start(SLOW)
        assert until(lambda: not pool.inner._lanes.long)
        slow.cancel()
        assert until(lambda: worker not in mine())
        assert pool.ask("ASK {}").kind == "boolean"


def test_closing_stops_what_runs_and_what_waits():
    with pool_of(1) as pool:
        futures = [pool.start(SLOW) for _ in range(3)]
        assert until(lambda: pool.inner.waiting == 2)
        pool.close()
        assert [future.exception(20).reason for future in futures] == ["stopped"] * 3
        assert until(lambda: pool.inner._lanes.long)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_memory_of_a_worker_is_limited():
    """Distinct rows of a cross product pile up, until there is no more room."""
    with pool_of(1) as pool:
        before = mine()
        pool.ask("ASK {}")
        (worker,) = mine() - before
        limit, most = resource.prlimit(worker, resource.RLIMIT_DATA)
        assert limit == MEMORY == 2 * 2**30
        resource.prlimit(worker, resource.RLIMIT_DATA, (200 * 2**20, most))
        text = "SELECT DISTINCT ?a ?b ?c ?d { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        with pytest.raises(QueryRefused, match="more memory") as error:
            pool.ask(f"{text} ORDER BY ?a")
        assert error.value.reason == "died"


def test_a_look_up_passes_fifty_slow_queries():
    with pool_of(4) as pool:
        slow = [pool.start(f"{SLOW} # {number}") for number in range(50)]
        assert until(lambda: pool.inner.waiting == 46)
        stopped = pool.inner._slow
        for _ in range(5):
            before = len(stopped)
            assert pool.ask("ASK {}").kind == "boolean"
            # Of the two places of the short lane, one or the other is next for it.
            assert len(stopped) - before <= 4
        assert len(stopped) < 46
        assert not any(future.done() for future in slow)


def test_a_query_that_lost_its_patience_is_answered_in_the_long_lane(monkeypatch):
    monkeypatch.setattr(worker_pool, "PATIENCE", 0.0)
    with pool_of(2) as pool:
        slow = pool.start(SLOW)
        assert until(lambda: not pool.inner._lanes.long)
        moved = pool.start("ASK {}")
        assert until(lambda: pool.inner._lanes.slow)
        slow.cancel()
        assert moved.result(60).kind == "boolean"


def test_a_dead_idle_worker_is_replaced():
    with pool_of(1) as pool:
        before = mine()
        for _ in range(3):
            pool.ask("ASK {}")
            (worker,) = mine() - before
            os.kill(worker, signal.SIGKILL)
            assert pool.ask("ASK {}").kind == "boolean"
            assert worker not in mine()


def test_time_of_one_query():
    with pool_of(1) as pool:
        start = time.monotonic()
        future = pool.portal.start_task_soon(pool.inner.answer, Question(SLOW), 0.3)
        with pytest.raises(QueryRefused, match=r"longer than 0\.3 s"):
            future.result(60)
        assert time.monotonic() - start < 10
        late = pool.portal.start_task_soon(pool.inner.answer, Question("ASK {}"), 1e9)
        assert late.result(60).kind == "boolean"


def test_a_worker_that_cannot_start_is_told(monkeypatch, tmp_path):
    with start_blocking_portal() as portal:
        pool = Pool(portal, tmp_path / "nothing", 1, 30)
        assert pool.reason("ASK {}") == "busy"
        pool.inner._process["command"][0] = str(tmp_path / "python")
        assert pool.reason("ASK {}") == "busy"


# One query


VALUES = """SELECT ?a ?b { VALUES (?a ?b) {
  ("tab\\tline\\nquote\\"" UNDEF) ("x"@en 1.5) (true 2e0) (<a:b> "") } }"""


@pytest.mark.parametrize(
    "text",
    [CODES, VALUES, "ASK { ICD10CM:M54 a ig:Code }", "DESCRIBE ICD10CM:M54.50"],
)
def test_answer_is_the_same_as_in_this_process(text):
    answer, here = query_within(toy().core, text, 60), query(toy().core, text)
    assert type(answer) is type(here)
    if isinstance(answer, Table):
        assert list(answer) == list(here)
        assert answer.variables == here.variables
    else:
        assert answer == here
        assert str(answer) == str(here)


def test_longer_answer_is_cut():
    table = query_within(toy().core, CODES, 60, limit=2)
    assert (len(table), table.is_cut) == (2, True)
    assert not query_within(toy().core, CODES, 60, limit=40).is_cut
    triples = query_within(toy().core, "CONSTRUCT WHERE { ?s a ?o }", 60, limit=2)
    assert isinstance(triples, Triples)
    assert (len(triples), triples.is_cut) == (2, True)


SCRIPT = f"""
import math
from icdgraph.toy import toy
from icdgraph.rdf.stores import open_store
from icdgraph.rdf.worker_pool import query_within
open_store(toy().core)
print("asking", flush=True)
query_within(toy().core, {SLOW!r}, math.inf)
"""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_worker_ends_with_its_owner(tmp_path, end):
    """The owner is a script without a guard, in a folder with a module json."""
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    command = [sys.executable, "-P", str(path)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with (
        subprocess.Popen(command, text=True, cwd=tmp_path, **pipes) as process,
        ExitStack() as ending,
    ):
        ending.callback(process.kill)  # else a failure would wait for the slow query
        assert process.stdout.readline() == "asking\n"
        assert until(lambda: len(children(process.pid)) == 1)
        (worker,) = children(process.pid)
        time.sleep(1)
        assert is_running(worker)
        process.send_signal(end)
        _, error = process.communicate(timeout=20)
        assert ("KeyboardInterrupt" in error) == (end == signal.SIGINT)
        assert until(lambda: not is_running(worker))


def is_running(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
