"""``icdgraph tour``: every command of it runs, here on the toy."""

from __future__ import annotations

import shlex

import pytest

from icdgraph import toy
from icdgraph.cli import VERBS, main
from icdgraph.cli.tour import STEPS

RELEASE = ["--release", str(toy.PATH)]


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(["tour", *arguments, *RELEASE])
    return ended.value.code


def test_tour_runs_each_command_and_writes_its_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):  # also where the files are there already
        assert run() == 0
        out = capsys.readouterr().out
        assert out.count("$ icdgraph ") == len(STEPS)
        files = sorted(path.name for path in (tmp_path / "exports").iterdir())
        assert files == ["M54.50.html", "icd10cm.jsonld", "icd10cm.ttl"]
        assert "Low back pain, unspecified" in out
        assert "psychogenic dorsalgia" in out


def test_commands_are_printed_as_a_shell_takes_them(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("--folder", "my files") == 0
    lines = capsys.readouterr().out.splitlines()
    commands = [line.removeprefix("$ icdgraph ") for line in lines if line[:1] == "$"]
    assert {shlex.split(command)[0] for command in commands} <= {*VERBS}
    (export,) = (command for command in commands if "turtle" in command)
    assert shlex.split(export)[2:4] == ["-o", "my files/icd10cm.ttl"]


def test_folder_that_cannot_be_made_is_an_error_before_the_work(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    for folder in ("file", "file/exports"):
        assert run("--folder", str(tmp_path / folder)) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert str(tmp_path / folder) in err
