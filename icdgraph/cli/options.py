"""What verbs share: the release option, and printing."""

from __future__ import annotations

import json
import sys
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from icdgraph.load import load
from icdgraph.release import source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from icdgraph.codegraph import CodeGraph


release_option = click.option(
    "--release",
    default=source.BUNDLED,
    show_default=True,
    metavar="FILE",
    help="A Tabular List XML, plain or in a zip, gz or xz.",
)


def with_graph(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give *verb* the option ``--release`` and, as first argument, the graph."""

    @release_option
    @wraps(verb)
    def loaded(*args: Any, release: str, **options: Any) -> Any:
        return verb(open_graph(release), *args, **options)

    return loaded


def open_graph(release: str) -> CodeGraph:
    """Load *release*."""
    return load(release)


def print_json(document: object) -> None:
    """Print *document* as one JSON document."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def print_lines(lines: Iterable[str]) -> None:
    """Print *lines* as they come, quickly."""
    write = sys.stdout.write
    for line in lines:
        write(line + "\n")


def write_text(path: Path, text: str) -> None:
    """Write *text* to *path* as UTF-8, making the folder it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def said(path: Path) -> None:
    """Say on stderr that *path* was written, and its size."""
    click.echo(f"wrote {path}, {path.stat().st_size:,} bytes", err=True)
