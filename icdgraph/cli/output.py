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

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.output import write, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def json_text(document: object) -> str:
    """Return *document* as one JSON document."""
    import json

    return json.dumps(document, ensure_ascii=False, indent=2)


def print_json(document: object) -> None:
    """Print *document* as one JSON document."""
    click.echo(json_text(document))


def print_records(
    records: Iterable[object], as_json: bool, as_lines: bool = False
) -> None:
    """Print *records* as one JSON array, or with *as_lines* each on its own line."""
    if as_lines:
        print_lines(json_lines(records))
    elif as_json:
        print_json(list(records))


def print_lines(lines: Iterable[str]) -> None:
    """Print *lines* as they are produced, unchanged."""
    for line in lines:
        sys.stdout.write(line + "\n")


def json_lines(records: Iterable[object]) -> Iterator[str]:
    """Yield each of *records* as a line of JSON."""
    import json

    return (json.dumps(record, ensure_ascii=False) for record in records)


def form_of(output: Path | None, **options: bool) -> str:
    """Return the form of what is written: that of the option given, or of *output*.

    A file that ends in ``.txt``, or has no ending, has the form ``text``.
    """
    given = [form for form, is_given in options.items() if is_given]
    if len(given) > 1:
        raise click.UsageError(f"choose one of --{' and --'.join(given)}")
    form = output.suffix.lower().removeprefix(".") if output else ""
    if given or form in options:
        return given[0] if given else form
    if form not in ("", "txt"):
        raise click.UsageError(
            f"unknown ending of {str(output)!r}: expected .txt, .{', .'.join(options)}"
        )
    return "text"


def give(lines: Iterable[str], form: str, output: Path | None) -> None:
    """Print *lines*, fitted to the terminal if they are text, or save them."""
    if output is not None:
        save(output, (f"{line}\n" for line in lines))
    elif form == "text":
        terminal.page("\n".join(lines))
    else:
        print_lines(lines)


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
