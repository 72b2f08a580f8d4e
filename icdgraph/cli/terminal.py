"""What is printed for a person: fitted to the terminal, with restrained color.

    heading("Never with")
    line(code("M51.2-"), "  lumbago due to intervertebral disc displacement", indent=2)
    line(severity("error"), " E201 M54.50 and F45.41 should not be coded together")
    page(card.text(node))                     # a text of several indented lines
    table(("code", "title"), rows)
    remark("read as (E11 or E12)")            # on stderr, with "icdgraph: " before it

    with progress("building the store") as report:    # a bar on stderr
        build(report)                                 # calls report(done, total)

A line is given in pieces, as to `print`: a string, or a string with a style.  On a
terminal it is broken between words, its continuation is indented, codes are colored,
and control characters are shown and not sent.  Elsewhere, in a file or a pipe, a line
stays whole and has no color.  ``--color`` and NO_COLOR are obeyed.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, Any

import click

from icdgraph.codes import CODE as CODE_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from icdgraph.progress import Progress

Piece = str | tuple[str, str]
"""A text, or a text with the name of its style."""

HEADING, CODE, DIM = "bold", "cyan", "dim"
SEVERITIES = {"error": "bold red", "warning": "yellow", "note": "blue"}

_CODES = re.compile(
    rf"\b{CODE_PATTERN}-{CODE_PATTERN}\b-?"
    rf"|\b(?=\w{{3}}\.[-\dA-Z]){CODE_PATTERN}(?:\.?-)?"
    rf"|^{CODE_PATTERN}\b|(?<=\(){CODE_PATTERN}-?(?=\))"
)
"""A range, or a code with a dot, anywhere; a code without a dot, which "vitamin B12"
could also be, only at the start of a text or alone in parentheses."""

_FIRST_COLUMN = re.compile(r"\S+ {2,}")
_NUMBER = re.compile(r"-?[\d,.]+(?: ?%| MB)?")
_CONTROLS = {
    n: f"\\x{n:02x}" if n < 256 else f"\\u{n:04x}"
    for n in (
        *range(9),
        *range(11, 32),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),  # these and the next change the direction of the text
        *range(0x2066, 0x206A),
    )
}


def code(text: str) -> Piece:
    """Return *text* in the style of a code."""
    return text, CODE


def severity(name: str) -> Piece:
    """Return the name of a severity in its style."""
    return name, SEVERITIES.get(name, "")


def dim(text: str) -> Piece:
    """Return *text* in the style of what matters less."""
    return text, DIM


def heading(*pieces: Piece) -> None:
    """Print a heading."""
    line(*(_styled(piece, HEADING) for piece in pieces))


def remark(message: str) -> None:
    """Print *message* for the user on stderr, apart from the answer on stdout."""
    line(f"icdgraph: {message}", err=True)


def page(text: str) -> None:
    """Print a text of several lines, each with its own indentation.

    A line without indentation above one with indentation is a heading.
    """
    lines = text.split("\n")
    for this, following in zip(lines, [*lines[1:], ""], strict=True):
        words = this.lstrip(" ")
        is_heading = words and words == this and following.startswith(" ")
        line((words, HEADING) if is_heading else words, indent=len(this) - len(words))


def line(
    *pieces: Piece, indent: int = 0, hang: int | None = None, err: bool = False
) -> None:
    """Print *pieces* as one line, or as several on a terminal that is too narrow.

    The first begins after *indent* spaces, the others after *hang* more: by default 2,
    or the width of a first column such as ``M54.50  ``.
    """
    stream = sys.stderr if err else sys.stdout
    if not is_styled(stream):
        stream.write(" " * indent + "".join(map(_words, pieces)) + "\n")
        return
    text = _text(*pieces)
    if hang is None:
        column = _FIRST_COLUMN.match(text.plain)
        hang = column.end() if column and column.end() < 24 else 2
    console = _console(stream)
    first = text.wrap(console, max(console.width - indent, 20))[0]
    rest = text[len(first) :]
    rest = rest[len(rest) - len(rest.plain.lstrip()) :]
    others = rest.wrap(console, max(console.width - indent - hang, 20)) if rest else ()
    for part, margin in [(first, 0), *((other, hang) for other in others)]:
        part.rstrip()
        part.pad_left(indent + margin)
        console.print(part, soft_wrap=True)


def table(header: Sequence[str], rows: Iterable[Sequence[Piece]]) -> None:
    """Print *rows* below *header* in columns; on a terminal, cells are broken to fit.

    Columns of numbers are aligned to the right.
    """
    cells = [list(row) for row in rows]
    columns = zip(*cells, strict=True) if cells else [()] * len(header)
    is_number = [
        all(_NUMBER.fullmatch(_words(cell)) for cell in column) and bool(column)
        for column in columns
    ]
    if is_styled(sys.stdout):
        _rich_table(header, cells, is_number)
    else:
        _plain_table(header, cells, is_number)


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Give a `Progress` that draws a bar on stderr; the first call makes it appear.

    Outside a terminal there is none.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with ExitStack() as stack:
        bars: list[Any] = []

        def report(done: int, total: int) -> None:
            if not bars:
                bar = click.progressbar(length=total, label=label, file=sys.stderr)
                bars.append(stack.enter_context(bar))
            bars[0].length = total
            bars[0].update(done - bars[0].pos)

        yield report


def is_styled(stream: IO[str]) -> bool:
    """Return True if what goes to *stream* is fitted or colored, False for data."""
    return stream.isatty() or bool(_chosen_color())


def _plain_table(
    header: Sequence[str], rows: list[list[Piece]], is_number: list[bool]
) -> None:
    texts = [list(header), *([_words(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    texts.insert(1, ["-" * width for width in widths])
    for row in texts:
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, is_number, strict=True)
        )
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def _rich_table(
    header: Sequence[str], rows: list[list[Piece]], is_number: list[bool]
) -> None:
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, right in zip(header, is_number, strict=True):
        grid.add_column(
            _text((name, HEADING)),
            justify="right" if right else "left",
            overflow="fold",
            no_wrap=right,
        )
    for row in rows:
        grid.add_row(*map(_text, row))
    _console(sys.stdout).print(grid)


# Styles


def _chosen_color() -> bool | None:
    """Return what ``--color`` says: True for always, False for never, else None."""
    context = click.get_current_context(silent=True)
    return context.color if context else None


def _is_colored(stream: IO[str]) -> bool:
    chosen = _chosen_color()
    if chosen is not None:
        return chosen
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


def _console(stream: IO[str]) -> Console:
    from shutil import get_terminal_size

    from rich.console import Console

    width = get_terminal_size().columns if stream.isatty() else 1_000_000
    colored = _is_colored(stream)
    return Console(
        file=stream,
        force_terminal=True,
        color_system="standard" if colored else None,
        no_color=not colored,
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _text(*pieces: Piece) -> Text:
    from rich.text import Text

    text = Text()
    for piece in pieces:
        words = Text(_words(piece).translate(_CONTROLS))
        if isinstance(piece, str):
            words.highlight_regex(_CODES, CODE)
        else:
            words.stylize(piece[1])
        text.append_text(words)
    return text


def _words(piece: Piece) -> str:
    return piece if isinstance(piece, str) else piece[0]


def _styled(piece: Piece, style: str) -> Piece:
    return (piece, style) if isinstance(piece, str) else piece
