"""Who may import whom: only downwards, and third-party packages in their rooms."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "icdgraph"

GROUND = {"errors", "codes", "hierarchy", "spelling", "model"}
MAY_IMPORT = {
    "errors": set(),
    "codes": {"errors"},
    "hierarchy": set(),
    "spelling": set(),
    "model": set(),
    "release": {"errors"},
    "read": GROUND,
    "resolve": GROUND | {"read"},
    "tables": set(),
    "build": GROUND | {"read", "resolve", "tables"},
    "graph": GROUND | {"tables"},
    "load": {"build", "graph", "read", "release", "tables"},
    "toy": {"build", "graph", "read"},
    "records": GROUND | {"graph"},
    "card": GROUND | {"graph", "records"},
    "cells": GROUND | {"graph"},
    "audit": GROUND | {"graph", "read", "records", "release"},
    "progress": set(),
    "rdf": GROUND | {"progress", "graph", "load", "release"},
    "network": GROUND | {"graph", "load", "records"},
    "codeset": GROUND | {"graph", "records"},
    "check": GROUND | {"graph", "load", "progress", "records"},
    "search": GROUND | {"graph", "records", "release", "tables"},
    "draw": GROUND | {"graph", "network"},
    "export": GROUND | {"graph", "load", "network", "rdf", "release"},
    "web": GROUND
    | {"card", "check", "draw", "graph", "load", "rdf", "read", "records"}
    | {"progress", "release", "search"},
    "__init__": GROUND | {"graph", "load", "rdf"},
    "__main__": {"cli"},
}
"""The rooms each room may import from; the terminal may use them all."""

VIEWS = ("rdf", "network", "codeset", "check", "search", "draw", "cells")
DOORS = {("graph", view) for view in VIEWS}
"""Views that `icdgraph.graph.views` opens when it is asked, as in ``g.sparql(...)``."""

AT_HOME = {
    "pyoxigraph": {"rdf"},
    "rdflib": {"rdf", "graph"},
    "oxrdflib": {"rdf"},
    "IPython": {"rdf", "progress", "__init__"},
    "pandas": {"rdf", "check", "search"},
    "polars": {"rdf", "check"},
    "pyarrow": {"check"},
    "duckdb": {"check"},
    "pyspark": {"check"},
    "filelock": {"rdf", "search"},
    "networkx": {"network", "graph", "draw"},
    "igraph": {"network", "graph"},
    "pyvis": {"draw"},
    "resvg_py": {"draw"},
    "squarify": {"draw"},
    "click": {"cli"},
    "jinja2": {"web"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "anyio": {"rdf", "web"},
    "httpx": {"rdf"},
    "msgpack": {"tables"},
    "platformdirs": {"release"},
    "rapidfuzz": {"search", "spelling"},
    "numpy": {"hierarchy", "graph", "network", "check", "draw"},
}
"""The rooms that third-party packages live in."""


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path.name}: relative imports hide the layer"
            if node.module == "icdgraph":
                yield from (f"icdgraph.{name.name}" for name in node.names)
            else:
                yield node.module


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down(path):
    here = room(path)
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "icdgraph":
            there = rest.partition(".")[0]
            allowed = MAY_IMPORT.get(here)
            fine = here == "cli" or there == here or there in (allowed or set())
            assert fine or (here, there) in DOORS, f"{here} must not import {there}"
        elif top in AT_HOME:
            assert here in AT_HOME[top], f"{top} does not live in {here}"


def test_every_room_is_in_the_plan():
    rooms = {room(path) for path in MODULES} - {"cli"}
    assert rooms <= MAY_IMPORT.keys()
    assert {path.stem for path in PACKAGE.glob("*.py")} <= MAY_IMPORT.keys()


def test_the_plan_has_no_circle():
    def below(name: str, seen: tuple[str, ...] = ()) -> None:
        assert name not in seen, " -> ".join((*seen, name))
        for other in MAY_IMPORT[name] - {name}:
            below(other, (*seen, name))

    for name in MAY_IMPORT:
        if name != "__main__":
            below(name)
