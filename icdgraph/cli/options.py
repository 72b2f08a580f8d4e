"""What commands share: their class, the release they read, and how records are printed.

    @command()                       # refuses empty arguments, takes --color
    @click.argument("code")
    @json_option                     # --json, as as_json
    @with_graph                      # --release, as the graph
    def show(graph, code, as_json): ...

`records_options` gives ``--json`` and ``--jsonl`` to a command that prints records.
"""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli import terminal
from icdgraph.release import source

if TYPE_CHECKING:
    from collections.abc import Callable

    from icdgraph.codegraph import CodeGraph


def _set_color(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.color = {"auto": None, "always": True, "never": False}[value]


class Command(click.Command):
    """A command that refuses empty arguments and takes ``--color``."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params.append(_color_option())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse *args*; an empty one is an error, for it is often a forgotten value."""
        values, _, given = self.make_parser(ctx).parse_args(list(args))
        for parameter in given:
            value = values.get(parameter.name)
            if "" in (value if isinstance(value, list | tuple) else [value]):
                message = "expected a value, got an empty string."
                raise click.BadParameter(message, ctx, parameter)
        return super().parse_args(ctx, args)

    def get_short_help_str(self, limit: int = 500) -> str:
        """Return the first sentence of the help, which lists of commands wrap."""
        return super().get_short_help_str(max(limit, 500))


class Group(Command, click.Group):
    """A group of commands of icdgraph."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that *args* begin with, or name similar ones."""
        from difflib import get_close_matches

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as exc:
            similar = get_close_matches(args[0], self.list_commands(ctx))
            if not similar:
                raise
            message = f"{exc.message} Did you mean {' or '.join(similar)}?"
            raise click.UsageError(message, ctx) from exc


def _color_option() -> click.Option:
    """Return the option ``--color``, one for each command."""
    return click.Option(
        ["--color"],
        type=click.Choice(["auto", "always", "never"]),
        expose_value=False,
        is_eager=True,
        callback=_set_color,
        help="When to color text: auto, the default, is on a terminal unless NO_COLOR "
        "is set.",
    )


command = partial(click.command, cls=Command)
"""Like `click.command`, for commands of icdgraph."""

release_option = click.option(
    "--release",
    default=source.BUNDLED,
    show_default=True,
    metavar="FILE",
    help="A Tabular List XML, plain or in a zip, gz or xz.",
)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document."
)


def records_options(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give *verb* the options ``--json`` and ``--jsonl``: *as_json* and *as_lines*."""

    @json_option
    @click.option("--jsonl", "as_lines", is_flag=True, help="Print a record per line.")
    @wraps(verb)
    def checked(*args: Any, as_json: bool, as_lines: bool, **options: Any) -> Any:
        if as_json and as_lines:
            raise click.UsageError("Choose one of --json and --jsonl.")
        return verb(*args, as_json=as_json, as_lines=as_lines, **options)

    return checked


def with_graph(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give *verb* the option ``--release`` and, as first argument, the graph."""

    @release_option
    @wraps(verb)
    def loaded(*args: Any, release: str, **options: Any) -> Any:
        return verb(open_graph(release), *args, **options)

    return loaded


def open_graph(release: str) -> CodeGraph:
    """Load *release*, once for all commands of the tour.

    The progress of reading one that is not in the cache is shown.
    """
    from icdgraph.loading import load

    opened = click.get_current_context().meta.setdefault(__name__, {})
    if release not in opened:
        with terminal.progress("reading the Tabular List, once") as progress:
            opened[release] = load(release, progress=progress)
    graph: CodeGraph = opened[release]
    return graph
