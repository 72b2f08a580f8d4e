"""``icdgraph order`` as a user meets it."""

import json

import pytest
from click.testing import CliRunner

from icdgraph.cli import cli
from icdgraph.errors import IcdGraphError


def test_order(graph):
    done = CliRunner().invoke(cli, ["order", "F02.80", "G30.9"], standalone_mode=False)
    assert done.stdout.startswith("G30.9 F02.80\n  G30.9 before F02.80: Code first: ")
    assert done.return_value == 0
    arguments = ["order", "F02.80", "W18.30XA", "--json"]
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert json.loads(done.stdout)["codes"] == []
    assert done.return_value == 1


def test_a_record_on_a_line(graph):
    arguments = ["order", "F02.80", "G30.9", "--jsonl"]
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["codes"] == ["G30.9", "F02.80"]


@pytest.mark.parametrize("arguments", [["order"], ["order", "M54.5O"], ["order", "zz"]])
def test_wrong_input_is_refused(graph, arguments):
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    usage = hasattr(done.exception, "exit_code")
    assert isinstance(done.exception, IcdGraphError) or usage
    assert done.stdout == ""
