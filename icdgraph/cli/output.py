"""What commands write: JSON and lines on stdout, files named by ``-o``.

    print_json(document)                      # one JSON document on stdout
    print_records(records, as_json, as_lines) # an array, or a record on each line
    save(path, text)                          # -o FILE: safe, and reported on stderr

    with saving(path) as temporary:           # -o FILE, for a writer that takes a path
        picture.write(temporary)

Both ways of writing a file are those of `icdgraph.output`: what is there is replaced
only when the new content is complete, and only where it is a regular file.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.output import write, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def print_json(document: object) -> None:
    """Print *document* as one JSON document."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def print_records(
    records: Iterable[object], as_json: bool, as_lines: bool = False
) -> None:
    """Print *records* as one JSON array, or with *as_lines* each on its own line."""
    if as_lines:
        print_lines(json.dumps(record, ensure_ascii=False) for record in records)
    elif as_json:
        print_json(list(records))


def print_lines(lines: Iterable[str]) -> None:
    """Print *lines* as they are produced, unchanged."""
    for line in lines:
        sys.stdout.write(line + "\n")


def save(path: Path, content: str | bytes | Iterable[str | bytes]) -> None:
    """Write *content* to *path* and report it on stderr."""
    write(path, content)
    announce(path)


@contextmanager
def saving(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; put it at *path* and report it on stderr."""
    with written(path) as temporary:
        yield temporary
    announce(path)


def announce(path: Path) -> None:
    """Report on stderr that *path* was written, and the size of a file."""
    size = f" ({path.stat().st_size:,} bytes)" if path.is_file() else ""
    terminal.remark(f"wrote {path}{size}")
