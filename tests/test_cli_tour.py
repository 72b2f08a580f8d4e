"""``icdgraph tour``: every command of it runs, here on the toy."""

import shlex

from icdgraph.cli import VERBS
from icdgraph.cli.tour import STEPS


def test_tour_runs_each_command_and_writes_its_files(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):  # also where the files are there already
        code, out, _ = run("tour")
        assert code == 0
        assert out.count("$ icdgraph ") == len(STEPS)
        files = sorted(path.name for path in (tmp_path / "exports").iterdir())
        assert files == ["M54.50.html", "icd10cm.jsonld", "icd10cm.ttl"]
        assert "Low back pain, unspecified" in out
        assert "psychogenic dorsalgia" in out


def test_commands_are_printed_as_a_shell_takes_them(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = run("tour", "--folder", "my files")[1].splitlines()
    commands = [line.removeprefix("$ icdgraph ") for line in lines if line[:1] == "$"]
    assert {shlex.split(command)[0] for command in commands} <= {*VERBS}
    (export,) = (command for command in commands if "turtle" in command)
    assert shlex.split(export)[2:4] == ["-o", "my files/icd10cm.ttl"]


def test_folder_that_cannot_be_made_is_an_error_before_the_work(run, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for folder in ("file", "file/exports"):
        code, out, err = run("tour", "--folder", tmp_path / folder)
        assert (code, out) == (2, "")
        assert str(tmp_path / folder) in err
