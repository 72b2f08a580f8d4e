"""``icdgraph cache``: what is kept of releases, how big it is, and clearing it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import Group, form_options
from icdgraph.cli.output import print_records
from icdgraph.errors import DamagedRelease
from icdgraph.release import cache as kept
from icdgraph.serialize import counted

if TYPE_CHECKING:
    from icdgraph.release.cache import CacheEntry

CONTENTS = {
    "graph": "parsed release",
    "store": "RDF store for SPARQL",
    "search": "search index",
    "rules": "index for rules",
    "laterality": "laterality of codes",
}
"""What an entry of each content is, in words; others are derived data."""


@click.group(cls=Group, invoke_without_command=True)
@form_options("json", "jsonl")
@click.pass_context
def cache(context: click.Context, form: str) -> None:
    """List the files that icdgraph keeps, so that it makes them only once.

    A release is parsed when it is first used. Its RDF store, its search index and other
    derived files are built when they are first needed. All of them are in one folder;
    to choose another folder, set the environment variable ICDGRAPH_CACHE_DIR.

    \b
    Examples:
      icdgraph cache
      icdgraph cache clear
    """
    if context.invoked_subcommand is not None:
        return
    entries = kept.entries()
    if form != "text":
        print_records(form, map(_record, entries))
        return
    terminal.line(str(kept.folder()))
    if entries:
        header = "release", "key", "content", "size"
        terminal.table(header, map(_row, entries))
    terminal.line(_sum(entries))


@cache.command()
@form_options("json", "jsonl")
def clear(form: str) -> None:
    """Remove all files.

    Files that another process is building are kept. Removed files are built again when
    they are needed.

    \b
    Examples:
      icdgraph cache clear
    """
    removed = kept.clear()
    if form == "text":
        terminal.line(f"removed {_sum(removed)}")
    else:
        print_records(form, map(_record, removed))
    if in_use := [entry.name for entry in kept.entries()]:
        terminal.remark(f"not removed, being built: {', '.join(in_use)}")


def _row(entry: CacheEntry) -> tuple[str, ...]:
    content = CONTENTS.get(entry.content, entry.content)
    return _date(entry.key), entry.key[:8], content, _size(entry.size)


def _record(entry: CacheEntry) -> dict[str, object]:
    return {
        "release": _date(entry.key) or None,
        "key": entry.key,
        "content": entry.content,
        "size": entry.size,
        "path": str(kept.folder() / entry.name),
    }


@lru_cache
def _date(key: str) -> str:
    """Return the date of the release with *key*, empty if it is not in the cache."""
    from icdgraph.graph.graph import reopen

    try:
        return reopen(key).edition.identifier
    except DamagedRelease:
        return ""


def _sum(entries: list[CacheEntry]) -> str:
    size = _size(sum(entry.size for entry in entries))
    return f"{counted(len(entries), 'entry')}, {size}"


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
