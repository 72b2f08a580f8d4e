"""What is refused: whatever would reach the network, and updates, however spelled."""

import socket
import string
import threading
import time
from contextlib import suppress

import pyoxigraph
import pytest
from serving import until
from tables import rows

from icdgraph.rdf.query import query
from icdgraph.rdf.query_safety import QueryRefused, refuse_service, refuse_update
from icdgraph.rdf.query_text import dataset
from icdgraph.toy import toy


def reason(text, refuse=refuse_service):
    try:
        refuse(text)
    except QueryRefused as exc:
        return exc.reason
    return None


@pytest.fixture(scope="module")
def network():
    """Yield an address, and the connections that were made to it."""
    connections = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            while True:
                connection, _ = server.accept()
                with connection:
                    if connection.recv(1) == b"q":
                        return
                connections.append(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", connections
        with socket.create_connection(server.getsockname()) as last:
            last.sendall(b"q")
        thread.join()


# Each reaches the network in pyoxigraph 0.5, where U is its address.
CALLS = rows("reaching_the_network.jsonl")


OBJECTS = "1, 1e0, true, 'x', \"x' \", 'a\\\\', <a:>, <a:a>, <a:b#c>, <a:a#b>"


@pytest.mark.parametrize("text", CALLS)
def test_what_reaches_the_network_is_refused(network, text):
    url, connections = network
    text = text.replace("U>", f"{url}>")
    assert reason(text) in ("service", "syntax")
    with pytest.raises(QueryRefused):
        query(toy().core, text)
    assert not connections
    # Without the guard, pyoxigraph would connect: this keeps the test honest.
    store = pyoxigraph.Store()
    store.load(f"<a:s> <a:p> {OBJECTS} .".encode(), pyoxigraph.RdfFormat.TURTLE)
    with suppress(OSError, RuntimeError):
        answer = store.query(text)
        assert isinstance(answer, pyoxigraph.QueryBoolean) or list(answer) is None
    assert until(lambda: connections)
    connections.clear()


@pytest.mark.parametrize("text", rows("no_service.jsonl"))
def test_the_word_in_a_text_or_a_name_is_no_service(text):
    assert reason(text) is None
    query(toy().core, text)


@pytest.mark.parametrize(
    "call", ["SERVICE?e{}", "SERVICE $e {}", "silentSERVICE ?e {}"]
)
def test_service_by_a_variable_is_refused(call):
    assert reason(f"ASK {{ VALUES ?e {{ <a:a> }} {call} }}") == "service"


def test_every_word_for_service_is_taken():
    """The guard needs a word that the query does not hold."""
    words = " ".join(f"SERVIC{letter}" for letter in string.ascii_uppercase)
    assert reason(f"ASK {{}} # {words}") == "service"


def test_a_mistake_in_a_query_about_services_is_shown():
    with pytest.raises(QueryRefused, match=r"Did you mean 'skos:'\?") as error:
        refuse_service("SELECT ?service { ?service skso:prefLabel 'service' }")
    assert error.value.reason == "syntax"


@pytest.mark.parametrize(
    "escaped", ["\\u0053ERVICE", "SERVIC\\u0045", "\\U00000053ERVICE"]
)
def test_escapes_make_no_keyword(network, escaped):
    url, connections = network
    with pytest.raises(QueryRefused) as error:
        query(toy().core, f"ASK {{ {escaped} <{url}> {{ ?s ?p ?o }} }}")
    assert error.value.reason == "syntax"
    assert not connections


@pytest.mark.parametrize("text", rows("updates.jsonl"))
@pytest.mark.parametrize(
    "prologue",
    ["", "PREFIX ex: <http://example.org/>\n", "BASE <a:b>", "# SELECT\n\t"],
)
def test_updates_are_refused_as_such(prologue, text):
    with pytest.raises(QueryRefused, match="read-only") as error:
        query(toy().core, prologue + text)
    assert error.value.reason == "update"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?delete { ?delete ?insert 'DROP ALL' }",
        "# INSERT DATA {}\nASK {}",
        "PREFIX load: <http://example.org/LOAD> ASK { load:DELETE ?p ?o }",
    ],
)
def test_a_query_with_such_words_is_no_update(text):
    assert reason(text, refuse_update) is None
    query(toy().core, text)


def _within(open_, close, what="true"):
    return lambda n: f"ASK {{ FILTER({open_ * n}{what}{close * n}) }}"


NESTED = {
    "groups": lambda n: "ASK " + "{" * n + "}" * n,
    "parentheses": _within("(", ")"),
    "negations": _within("!", ""),
    "conditions": _within("IF(?a, 1, ", ")"),
    "disjunction": _within("?a||", ""),
    "conjunction": _within("?a && ", ""),
    "sum": _within("1+", "", "1"),
    "difference": _within("1-", "", "1"),
    "product": _within("?a*", "", "1"),
    "quotient": _within("?a/", "", "1"),
    "filters": lambda n: "ASK {" + "FILTER(?x=1)" * n + "}",
    "bindings": lambda n: "ASK {" + "BIND(1 AS ?x)" * n + "}",
    "unions": lambda n: "ASK {" + "{} UNION " * n + "{} }",
    "exists": lambda n: "ASK " + "{ filter EXISTS " * n + "{}" + "}" * n,
    "path": lambda n: "ASK { ?s " + "a|" * n + "a ?o }",
    "blank nodes": lambda n: "ASK { ?s ?p " + "[ ?p " * n + "1" + "]" * n + "}",
    "triple terms": lambda n: "ASK { ?s ?p " + "<<( ?s ?p " * n + "1" + ")>>" * n + "}",
}


@pytest.mark.parametrize("name", NESTED)
def test_nesting_that_crashes_pyoxigraph_is_refused(name):
    with pytest.raises(QueryRefused, match="more than 1") as error:
        query(toy().core, NESTED[name](100_000))
    assert error.value.reason == "depth"


@pytest.mark.parametrize(
    "text",
    [
        *(NESTED[name](60) for name in NESTED if name != "bindings"),
        "ASK { VALUES (?c ?n) {" + "(ICD10CM:M00-M25 '((((')" * 5_000 + "} }",
        "ASK { VALUES ?c {" + "<http://a.b/c+d/e> " * 5_000 + "} }",
        "ASK { ?s ?p '" + "{" * 5_000 + "' } #" + "(" * 5_000,
    ],
)
def test_long_queries_that_nest_little_are_answered(text):
    query(toy().core, text)


def test_long_texts_take_no_time():
    start = time.process_time()
    for piece in ("SERVICE ", "SERVICE a:", "service:", "'''", "SERVICE#\n", "<", "{"):
        text = piece * (50_000 // len(piece))
        if piece != "{":  # nested that deep, pyoxigraph would end the process
            reason(text)
        reason(text, refuse_update)
        dataset(text)
    assert time.process_time() - start < 10
