"""Queries in processes: answers as bytes, limits, and ends before the answer."""

import os
import signal
import subprocess
import sys
import threading
import time
from itertools import product
from pathlib import Path

import pytest
from serving import SLOW, children, until

from icdgraph.errors import QueryError
from icdgraph.rdf import query_safety
from icdgraph.rdf.results import Table, Triples
from icdgraph.rdf.serialize import Question, Refused
from icdgraph.rdf.workers import Handle, Workers, query_within
from icdgraph.toy import toy

CODES = "SELECT ?c { ?c a skos:Concept } ORDER BY ?c"


@pytest.fixture(scope="module")
def workers():
    with Workers(toy().core, 2, timeout=30) as pool:
        yield pool


def refused(workers, text, **options):
    with pytest.raises(Refused) as caught:
        workers.ask(Question(text, **options.pop("asked", {})), **options)
    return caught.value


def test_answers_in_every_format(workers):
    for media in (
        "text/csv",
        "text/tab-separated-values",
        "application/json",
        "application/sparql-results+xml",
    ):
        reply = workers.ask(Question(CODES, rows=media))
        assert (reply.kind, reply.media, reply.count) == ("rows", media, 40)
        assert b"M54.50" in reply.body
    for media in (
        "text/turtle",
        "application/n-triples",
        "application/rdf+xml",
        "application/ld+json",
        "application/trig",
        "application/n-quads",
    ):
        asked = Question("DESCRIBE ICD10CM:M54.50", triples=media)
        reply = workers.ask(asked)
        assert (reply.kind, reply.media) == ("triples", media)
        assert b"Lumbago NOS" in reply.body
        assert {workers.ask(asked).body for _ in range(4)} == {reply.body}


def test_cells_survive_the_way_through_tab_separated_values(workers):
    text = """SELECT ?a ?b { VALUES (?a ?b) {
      ("tab\\tline\\nreturn\\rquote\\"slash\\\\" UNDEF) ("x"@en 1.5) (true 2e0)
      (<a:b> "") ("01"^^xsd:integer "x"^^<a:t>) } }"""
    reply = workers.ask(Question(text, rows="application/json"))
    assert reply.count == 5
    assert b'"tab\\tline\\nreturn\\rquote\\"slash\\\\"' in reply.body
    assert b'"xml:lang":"en"' in reply.body
    assert b'"datatype":"a:t"' in reply.body


@pytest.mark.parametrize("text", ["SELECT * {}", "SELECT ?x { FILTER(false) }"])
def test_rows_without_cells(workers, text):
    assert workers.ask(Question(text)).count == (text == "SELECT * {}")


def test_longer_answer_is_refused_or_cut(workers):
    error = refused(workers, CODES, asked={"limit": 39})
    assert error.reason == "limit"
    assert "more than 39 rows" in str(error)
    assert workers.ask(Question(CODES, limit=40)).count == 40
    cut = workers.ask(Question(CODES, "text/csv", limit=3, cut=True))
    assert (cut.count, cut.is_cut, cut.body.count(b"\n")) == (3, True, 4)
    triples = "CONSTRUCT WHERE { ?s ?p ?o }"
    assert "triples" in str(refused(workers, triples, asked={"limit": 9}))
    assert workers.ask(Question(triples, limit=9, cut=True)).is_cut


def test_query_is_stopped_at_its_time_and_its_process_is_gone(workers):
    workers.ask(Question("ASK {}"))
    before = set(workers.processes())
    start = time.monotonic()
    error = refused(workers, SLOW, timeout=0.5)
    assert time.monotonic() - start < 10
    assert error.reason == "time"
    assert "took longer than 0.5 s" in str(error)
    after = set(workers.processes())
    assert len(before & after) == 1
    assert len(after) == 2
    assert until(lambda: not (before - after) & children(_mine()))


def test_fast_query_is_answered_beside_a_slow_one(workers):
    errors = []
    slow = threading.Thread(
        target=lambda: errors.append(refused(workers, SLOW, timeout=5))
    )
    slow.start()
    for _ in range(20):
        assert workers.ask(Question("ASK {}", "text/csv"), timeout=4).body == b"true"
    assert slow.is_alive()
    slow.join()
    assert errors[0].reason == "time"


def test_who_finds_no_worker_free_is_told():
    with Workers(toy().core, 1) as one:
        one.ask(Question("ASK {}"))
        handle = Handle()
        errors = []
        slow = threading.Thread(
            target=lambda: errors.append(refused(one, SLOW, handle=handle))
        )
        slow.start()
        assert until(lambda: not one._idle.qsize())
        assert refused(one, "ASK {}", timeout=0.2).reason == "busy"
        handle.stop()
        slow.join()
        assert errors[0].reason == "stopped"
        assert one.ask(Question("ASK {}")).kind == "boolean"


def test_closing_ends_what_runs_and_who_waits():
    pool = Workers(toy().core, 1)
    errors = []
    threads = [
        threading.Thread(target=lambda: errors.append(refused(pool, SLOW).reason))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    assert until(lambda: not pool._idle.qsize())
    mine = pool.processes()
    pool.close()
    for thread in threads:
        thread.join(20)
    assert errors == ["stopped"] * 3
    assert until(lambda: not set(mine) & children(_mine()))


def test_query_that_kills_its_worker_hurts_nobody_else(workers):
    deep = "ASK { " + "{" * 30_000 + "}" * 30_000 + "}"
    assert refused(workers, deep).reason == "died"
    assert workers.ask(Question("ASK {}")).kind == "boolean"


@pytest.mark.parametrize(
    ("text", "reason", "told"),
    [
        ("SELECT ?x { ?x skso:broader ?y }", "syntax", "did you mean 'skos:'?"),
        ("DELETE WHERE { ?s ?p ?o }", "update", "read-only"),
        ("PREFIX a: <a:> INSERT DATA { a:a a:a a:a }", "update", "read-only"),
        ("ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "service", "refused"),
    ],
)
def test_what_is_refused(workers, text, reason, told):
    error = refused(workers, text)
    assert isinstance(error, QueryError)
    assert error.reason == reason
    assert told in str(error)


def test_format_that_does_not_fit_the_answer(workers):
    assert refused(workers, CODES, asked={"rows": None}).reason == "format"
    assert (
        refused(workers, "DESCRIBE <a:a>", asked={"triples": None}).reason == "format"
    )


def test_graphs_to_ask(workers):
    count = "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }"
    release = "https://w3id.org/icdgraph/release/2026"

    def rows(clause="", **graphs):
        asked = Question(count % clause, "text/csv", **graphs)
        return int(workers.ask(asked).body.split()[1])

    everything = rows()
    assert everything > 500
    assert rows(f"FROM <{release}>") == everything
    assert rows("FROM <a:b>") == 0
    assert rows(f"FROM NAMED <{release}>") == 0
    assert rows("FROM <a:b>", default=(release,)) == everything
    assert rows(default=("a:b",)) == 0
    assert refused(workers, count % "", asked={"default": ("x y",)}).reason == "syntax"


SPACES = ("", " ", "\n", "#x\r", "#}\n#\n")
ENDPOINTS = ("<http://x/>", "?e", "$e", "ex:e", ":e", "ex:a\\#b", "ex:%41", ":")
BEFORE = ("", "1 ", "'''a' '''", "<a:b#c>", "ex:a\\#b .", "FILTER(1<2)", "# x\n")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_service_is_seen_wherever_it_hides(endpoint):
    for before, silent, one, two in product(BEFORE, ("", "Silent"), SPACES, SPACES):
        gap = one or (" " if endpoint[0] not in "<?$" or silent else "")
        text = f"ASK {{ {before}serVice{gap}{silent}{gap}{endpoint}{two}{{}} }}"
        assert query_safety.asks_service(text), text


def test_keywords_take_no_time_over_long_texts():
    start = time.monotonic()
    for piece in ("SERVICE ", "SERVICE a:", "service:", "'''", "SERVICE#\n", "<", "{"):
        text = piece * (50_000 // len(piece))
        query_safety.asks_service(text)
        query_safety.names_dataset(text)
        query_safety.is_update(text)
    assert time.monotonic() - start < 10


def test_answers_as_values():
    table = query_within(toy().core, CODES, timeout=60, limit=2)
    assert isinstance(table, Table)
    assert table.is_cut
    assert table[0]["c"].short == "ICD10CM:A00-B99"
    assert query_within(toy().core, "ASK { ICD10CM:M54 a ig:Category }") is True
    described = query_within(toy().core, "DESCRIBE ICD10CM:M54.50")
    assert isinstance(described, Triples)
    assert "Lumbago NOS" in described


SCRIPT = f"""
from icdgraph.toy import toy
from icdgraph.rdf.workers import query_within
print("asking", flush=True)
query_within(toy().core, {SLOW!r})
"""


def test_ctrl_c_ends_a_script_without_a_guard_and_its_worker(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout.readline() == "asking\n"
        assert until(lambda: len(children(process.pid)) == 1)
        (worker,) = children(process.pid)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in told
    assert until(lambda: not _runs(worker))


def test_worker_ends_with_its_owner(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE)
    with process:
        process.stdout.readline()
        assert until(lambda: len(children(process.pid)) == 1)
        (worker,) = children(process.pid)
        process.kill()
    assert until(lambda: not _runs(worker))


def _mine():

    return os.getpid()


def _runs(process):

    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
