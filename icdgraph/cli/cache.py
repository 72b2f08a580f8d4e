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
@click.argument("releases", nargs=-1, metavar="[RELEASE]...")
@form_options("json", "jsonl")
def clear(releases: tuple[str, ...], form: str) -> None:
    """Remove all files, or only those of each RELEASE.

    RELEASE is the date or the key of a release, or the start of either, as "icdgraph
    cache" prints them. Files that another process is building are kept. Removed files
    are built again when they are needed.

    \b
    Examples:
      icdgraph cache clear
      icdgraph cache clear 2026-04 f161f818
    """
    entries = kept.entries()
    keys = {entry.key for entry in entries}
    if releases:
        keys = {key for release in releases for key in _matching(release, keys)}
    removed = kept.clear(entry for entry in entries if entry.key in keys)
    if form == "text":
        terminal.line(f"removed {_sum(removed)}")
    else:
        print_records(form, map(_record, removed))
    if in_use := {e.name for e in kept.entries() if e.key in keys}:
        terminal.remark(f"not removed, being built: {', '.join(sorted(in_use))}")


def _matching(release: str, keys: set[str]) -> list[str]:
    """Return those of *keys* that *release* names, by key or date."""
    matching = [
        k for k in keys if k.startswith(release) or _date(k).startswith(release)
    ]
    if not matching:
        known = ", ".join(sorted(_date(key) or key[:8] for key in keys)) or "nothing"
        raise click.UsageError(
            f"unknown release {release!r} in the cache. It holds: {known}."
        )
    return matching


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
    count = len(entries)
    size = _size(sum(entry.size for entry in entries))
    return f"{count} {'entry' if count == 1 else 'entries'}, {size}"


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
