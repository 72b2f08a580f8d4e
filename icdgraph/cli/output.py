"""What commands write, JSON and lines on stdout and files named by ``-o``, and read.

    print_records(form, records)     # an array, or a record on each line
    save(path, text)                 # -o FILE: safe, and reported on stderr

`icdgraph.output` writes the files, and never destroys what is there.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.errors import ParseError
from icdgraph.output import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def read_text(path: Path) -> str:
    """Return the text of the file at *path*; ``-`` is stdin.

    Raises `ParseError` if it is not UTF-8.
    """
    is_stdin = str(path) == "-"
    data = sys.stdin.buffer.read() if is_stdin else path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise ParseError(f"{str(path)!r} is not UTF-8 text: {exc.reason}") from exc


def json_text(document: object) -> str:
    """Return *document* as one JSON document."""
    import json

    return json.dumps(document, ensure_ascii=False, indent=2)


def json_lines(records: Iterable[object]) -> Iterator[str]:
    """Yield each of *records* as a line of JSON."""
    import json

    return (json.dumps(record, ensure_ascii=False) for record in records)


def print_lines(lines: Iterable[str]) -> None:
    """Print *lines* as they are produced, unchanged."""
    for line in lines:
        sys.stdout.write(line + "\n")


def print_records(
    form: str, records: Iterable[object], document: object = None
) -> None:
    """Print *records* in the *form* ``jsonl`` or ``json``.

    In JSON they are one array, or the *document* where one is given.
    """
    if form == "jsonl":
        print_lines(json_lines(records))
    else:
        click.echo(json_text(list(records) if document is None else document))


def form_of(output: Path | None, form: str, *forms: str) -> str:
    """Return *form*, or if that is text, the form that the ending of *output* means.

    *forms* are the endings that can be written besides ``.txt``.
    """
    if output is None or form != "text":
        return form
    ending = output.suffix.lower().removeprefix(".")
    if ending not in ("", "txt", *forms):
        raise click.UsageError(
            f"unknown ending of {str(output)!r}: expected .txt, .{', .'.join(forms)}"
        )
    return ending if ending in forms else "text"


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


def announce(path: Path) -> None:
    """Report on stderr that *path* was written, and the size of a file."""
    size = f" ({path.stat().st_size:,} bytes)" if path.is_file() else ""
    terminal.remark(f"wrote {path}{size}")
