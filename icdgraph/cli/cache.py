"""``icdgraph cache``: what is kept of releases, how big it is, and clearing it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import Commands, records_options
from icdgraph.cli.output import print_records
from icdgraph.release import cache as kept

if TYPE_CHECKING:
    from icdgraph.release.cache import CacheEntry

CONTENTS = {
    "graph": "the parsed release",
    "store": "RDF store for SPARQL",
    "search": "search index",
}
"""What an entry of each content is, in words; others are derived data."""


@click.group(cls=Commands, invoke_without_command=True)
@records_options
@click.pass_context
def cache(context: click.Context, as_json: bool, as_lines: bool) -> None:
    """List what is kept on disk, so that it is made only once.

    A release is parsed when it is first used; its RDF store, its search index and
    other data derived from it are made when they are first needed. All of it is in one
    folder, which the environment variable ICDGRAPH_CACHE_DIR chooses.

    \b
    Examples:
      icdgraph cache
      icdgraph cache clear
    """
    if context.invoked_subcommand is None:
        entries = kept.entries()
        if as_json or as_lines:
            print_records(map(_record, entries), as_json, as_lines)
        else:
            _print(entries)


@cache.command()
@click.argument("releases", nargs=-1, metavar="[KEY]...")
@records_options
def clear(releases: tuple[str, ...], as_json: bool, as_lines: bool) -> None:
    """Remove everything, or what was made of the releases with KEY.

    A KEY is what "icdgraph cache" prints first; its beginning is enough. What another
    process is building at this moment stays. The next command that needs what was
    removed makes it again.

    \b
    Examples:
      icdgraph cache clear
      icdgraph cache clear f161f818
    """
    entries = kept.entries()
    for key in releases:
        if not any(entry.key.startswith(key) for entry in entries):
            known = ", ".join(sorted({entry.key[:8] for entry in entries})) or "none"
            raise click.UsageError(
                f"unknown release {key!r} in the cache. Expected one of: {known}."
            )
    chosen = [e for e in entries if not releases or e.key.startswith(releases)]
    removed = kept.clear(chosen)
    if as_json or as_lines:
        print_records(map(_record, removed), as_json, as_lines)
    else:
        total = sum(entry.size for entry in removed)
        terminal.line(f"removed {_counted(removed)}, {_megabytes(total)}")
    left = [entry for entry in chosen if entry not in removed]
    if left:
        names = ", ".join(entry.name for entry in left)
        terminal.remark(f"still in use, not removed: {names}")


def _print(entries: list[CacheEntry]) -> None:
    terminal.line(str(kept.folder()))
    if not entries:
        terminal.line("nothing is kept")
        return
    terminal.table(
        ("key", "release", "content", "size"),
        [
            (
                entry.key[:8],
                _release(entry.key),
                CONTENTS.get(entry.content, entry.content),
                _megabytes(entry.size),
            )
            for entry in entries
        ],
    )
    total = sum(entry.size for entry in entries)
    terminal.line(f"{_counted(entries)}, {_megabytes(total)}")
