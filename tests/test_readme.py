"""README.md: what it shows runs, and what it counts is what there is."""

import re
import tomllib
from collections import Counter

import pytest
from readme import README, blocks, run

from icdgraph.check import rules
from icdgraph.cli import VERBS
from icdgraph.cli.tour import STEPS
from icdgraph.model import Kind
from icdgraph.rdf.named_queries import queries

PAGE = README.read_text("utf-8")
PROJECT = tomllib.loads((README.parent / "pyproject.toml").read_text("utf-8"))
NAMES = {}
"""What the Python of the page has defined so far."""


def table(heading):
    """Return the rows of the table below the row *heading*, cell by cell."""
    rows = PAGE.partition(f"| {heading} |")[2].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip(" `") for cell in row.split("|")[1:-1]] for row in rows]


@pytest.mark.parametrize("block", blocks(), ids=lambda block: f"line {block.line}")
def test_block_runs(block, tmp_path, monkeypatch, graph):
    if block.missing:
        pytest.skip(f"needs the extra {block.missing}")
    monkeypatch.chdir(tmp_path)
    run(block, NAMES)


def test_every_command_is_in_the_table_once():
    named = [row[0].split()[1] for row in table("command | what it does")]
    assert sorted(named) == sorted(VERBS)


def test_counts_are_those_of_the_release(graph):
    core = graph.core
    kinds = Counter(map(core.kind_of, core.numbers()))
    made = sum(1 for n in core.numbers() if core.made_by(n))
    assert {name: int(count.replace(",", "")) for name, count in table("| count")} == {
        "chapters": kinds[Kind.CHAPTER],
        "sections": kinds[Kind.SECTION],
        "categories": kinds[Kind.CATEGORY],
        "subcategories": kinds[Kind.SUBCATEGORY],
        "codes": kinds[Kind.CODE],
        "made by 7th character": made,
        "billable": len(core.leaves),
        "notes": core.note_count,
    }


def test_states_of_notes_are_those_of_the_release(graph):
    refers = [note for note in graph.notes() if note.kind.refers]
    states = Counter(str(note.state) for note in refers)
    shown = {
        row[0]: int(row[2].replace(",", "")) for row in table("state | meaning | notes")
    }
    assert shown == {state: states[state] for state in shown}
    assert f"{len(refers):,} notes may refer to other codes" in PAGE
    assert sum(shown.values()) == len(refers)


def test_rules_and_named_queries_are_counted_right():
    assert re.findall(r"(\d+) rules", PAGE) == [str(len(rules()))]
    assert re.findall(r"(\d+) named queries", PAGE) == [str(len(queries()))]


def test_dependencies_extras_and_markers_are_listed():
    def names(requirements):
        return [re.split(r"[\[<>=]", requirement)[0] for requirement in requirements]

    project = PROJECT["project"]
    listed = [n for row in table("package | why") for n in row[0].split(", ")]
    assert sorted(listed) == sorted(names(project["dependencies"]))
    extras = {row[0] for row in table("extra | packages | why")}
    assert extras == set(project["optional-dependencies"]) - {"dev"}
    markers = [
        m.partition(":")[0] for m in PROJECT["tool"]["pytest"]["ini_options"]["markers"]
    ]
    assert sorted(row[0] for row in table("marker | needs")) == sorted(markers)


def test_links_lead_to_files():
    links = re.findall(r"\]\((?!http)([^)#]+)", PAGE)
    assert links
    assert [link for link in links if not (README.parent / link).exists()] == []


def test_the_tour_has_as_many_commands_as_the_page_says():
    assert len(STEPS) == 7
    assert "The tour runs seven commands" in PAGE
