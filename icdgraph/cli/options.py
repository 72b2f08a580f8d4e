"""What commands share: their class, the release they read, and their common options.

    @command()                       # refuses empty arguments, takes --color
    @click.argument("code")
    @form_options("json", "jsonl")   # --json and --jsonl, as form
    @output_option("The file to write: .json or .jsonl.")
    @with_graph                      # --release, as the graph
    def show(graph, code, form, output): ...

The order of the options in ``--help`` is that of the decorators.
"""

from __future__ import annotations

from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli import terminal
from icdgraph.release import source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from icdgraph.codegraph import CodeGraph

    Verb = Callable[..., Any]


def _set_color(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.color = {"auto": None, "always": True, "never": False}[value]


class Command(click.Command):
    """A command that refuses empty arguments and takes ``--color``."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params.append(
            click.Option(
                ["--color"],
                type=click.Choice(["auto", "always", "never"]),
                expose_value=False,
                is_eager=True,
                callback=_set_color,
                help="When to use color. The default, auto, uses it on a terminal "
                "unless NO_COLOR is set.",
            )
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse *args*; an empty one is an error, for it is often a forgotten value."""
        values, _, given = self.make_parser(ctx).parse_args(list(args))
        for parameter in given:
            value = values.get(parameter.name)
            for text in value if isinstance(value, list | tuple) else [value]:
                if isinstance(text, str) and not text.strip():
                    got = repr(text) if text else "an empty string"
                    message = f"expected a value, got {got}."
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
            known = self.list_commands(ctx)
            similar = get_close_matches(args[0], known)
            hint = (
                f"Did you mean {' or '.join(similar)}?"
                if similar
                else f"Choose from: {', '.join(known)}."
            )
            raise click.UsageError(f"{exc.message} {hint}", ctx) from exc


command = partial(click.command, cls=Command)
"""Like `click.command`, for commands of icdgraph."""

release_option = click.option(
    "--release",
    default=source.BUNDLED,
    show_default=True,
    metavar="FILE",
    help="A Tabular List in XML, as a plain, zip, gz or xz file.",
)

_FORMS = {
    "json": "Print one JSON document.",
    "jsonl": "Print each record as JSON on its own line.",
    "csv": "Print a CSV table.",
}


def form_options(*forms: str) -> Callable[[Verb], Verb]:
    """Give a command a flag for each of *forms*, and the one chosen as *form*.

    *form* is ``text`` by default.  The option ``--format`` of a command counts too.
    """

    def decorate(verb: Verb) -> Verb:
        @wraps(verb)
        def chosen(*args: Any, form: str | None = None, **options: Any) -> Any:
            given = [name for name in forms if options.pop(name)]
            named = [*(["format"] if form else []), *given]
            if len(named) > 1:
                raise click.UsageError(f"Choose one of --{' and --'.join(named)}.")
            return verb(*args, form=form or (given or ["text"])[0], **options)

        for form in reversed(forms):
            chosen = click.option(f"--{form}", is_flag=True, help=_FORMS[form])(chosen)
        return chosen

    return decorate


def output_option(text: str) -> Callable[[Verb], Verb]:
    """Return the option ``-o``, the file that a command writes; *text* is its help."""
    return click.option("-o", "--output", metavar="FILE", type=_OutputFile(), help=text)


def picture_options(name: str) -> Callable[[Verb], Verb]:
    """Give a command ``-o`` for a picture, by default *name*, and ``--format``."""
    output = output_option(
        f"Write an .html, .svg or .png file.  [default: {name}.html]"
    )
    choice = click.option(
        "--format",
        "form",
        type=click.Choice(["html", "svg", "png"]),
        help="The format of the picture.  [default: the ending of FILE]",
    )
    return lambda verb: output(choice(verb))


def picture_file(output: Path | None, form: str | None, name: str) -> tuple[Path, str]:
    """Return the file of a picture and its format, which one of the two options tells.

    The default name is *name*, and the default format html.
    """
    from icdgraph.draw.files import ending

    if output is None:
        return Path(f"{name}.{form or 'html'}"), form or "html"
    if not form and not output.suffix:
        raise click.UsageError(
            f"The format of {str(output)!r} is unknown. Add --format html, svg or png."
        )
    return output, form or ending(output)


class _OutputFile(click.Path):
    """The path of a file to write, refused before the work if its folder is missing."""

    name = "file"

    def __init__(self) -> None:
        super().__init__(dir_okay=False)

    def convert(self, value: Any, *given: Any) -> Path:
        text = "/dev/stdout" if value == "-" else value
        path = Path(super().convert(text, *given))  # type: ignore[arg-type]
        if not path.parent.is_dir():
            self.fail(f"there is no folder {str(path.parent)!r}. Create it first.")
        return path


def kind_option(kinds: Iterable[str], text: str) -> Callable[[Verb], Verb]:
    """Return the option ``--kind``, which may be repeated; *text* is its help."""
    kind = _Kind([str(kind) for kind in kinds], case_sensitive=False)
    return click.option(
        "--kind", "kinds", multiple=True, type=kind, metavar="KIND", help=text
    )


class _Kind(click.Choice):  # type: ignore[type-arg]
    """A choice whose message spells the kinds as its help does, not in lower case."""

    def convert(self, value: Any, *given: Any) -> Any:
        try:
            return super().convert(value, *given)
        except click.BadParameter:
            self.fail(f"{value!r} is not one of {', '.join(self.choices)}.", *given)


def with_graph(verb: Verb) -> Verb:
    """Give *verb* the option ``--release`` and, as first argument, the graph."""

    @release_option
    @wraps(verb)
    def loaded(*args: Any, release: str, **options: Any) -> Any:
        return verb(open_graph(release), *args, **options)

    return loaded


def open_graph(release: str) -> CodeGraph:
    """Load *release*, once for all commands of the tour, and show the progress."""
    from icdgraph.loading import load

    opened = click.get_current_context().meta.setdefault(__name__, {})
    if release not in opened:
        with terminal.progress("reading the Tabular List, once") as progress:
            opened[release] = load(release, progress=progress)
    graph: CodeGraph = opened[release]
    return graph


def split(option: str | None) -> list[str] | None:
    """Return the values of an *option*, separated by commas; None if not given."""
    if option is None:
        return None
    return [name for name in map(str.strip, option.split(",")) if name]
