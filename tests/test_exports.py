import subprocess
import sys
from types import ModuleType

import pytest

import icdgraph

HEAVY = (
    "rdflib", "networkx", "pyvis", "numpy", "pyoxigraph", "simple_icd_10_cm",
    "rapidfuzz", "rich", "IPython", "pandas", "httpx", "anyio", "icdgraph.codesets",
)  # fmt: skip


def test_all_is_exactly_what_is_exported():
    for name in icdgraph.__all__:
        getattr(icdgraph, name)
    exported = {
        name
        for name, value in vars(icdgraph).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert exported - {"TYPE_CHECKING"} == {
        *icdgraph.__all__,
        "load_ipython_extension",
    }
    assert exported < {*dir(icdgraph)}


def test_name_that_is_not_exported_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'cholera'"):
        icdgraph.cholera  # noqa: B018


def test_all_is_sorted_and_without_doubles():
    assert icdgraph.__all__ == sorted(set(icdgraph.__all__), key=_as_ruff_sorts)


def _as_ruff_sorts(name):
    return name[0].islower(), name


def test_all_errors_are_of_one_base():
    for name in icdgraph.__all__:
        value = getattr(icdgraph, name)
        if isinstance(value, type) and issubclass(value, Warning):
            assert issubclass(value, UserWarning)
        elif isinstance(value, type) and issubclass(value, Exception):
            assert issubclass(value, icdgraph.IcdGraphError)
    assert issubclass(icdgraph.UnknownCode, KeyError)
    assert str(icdgraph.UnknownCode("a sentence")) == "a sentence"


@pytest.mark.parametrize(
    "statement",
    ["import icdgraph", "import icdgraph; icdgraph.load()['M54.50'].path"],
)
def test_import_and_look_up_load_nothing_heavy(statement, graph):
    listing = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert "icdgraph" in loaded
    assert loaded.isdisjoint(HEAVY)
