"""``icdgraph cache``: what is kept of releases, how big it is, and clearing it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import Group, records_options
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
@click.argument("releases", nargs=-1, metavar="[RELEASE]...")
@records_options
def clear(releases: tuple[str, ...], as_json: bool, as_lines: bool) -> None:
    """Remove everything, or only what was made of each RELEASE.

    "icdgraph cache" prints the day and the key of each release; RELEASE is the
    beginning of one of them. What another process is building at this moment
    stays. What was removed is made again when it is needed.

    \b
    Examples:
      icdgraph cache clear
      icdgraph cache clear 2026-04 f161f818
    """
    entries = kept.entries()
    names = {entry.key: (entry.key, _identifier(entry.key)) for entry in entries}
    keys = set(names)
    if releases:
        keys = {key for release in releases for key in _matching(release, names)}
    removed = kept.clear(entry for entry in entries if entry.key in keys)
    if as_json or as_lines:
        print_records(map(_record, removed), as_json, as_lines)
    else:
        terminal.line(f"removed {_sum(removed)}")
    if in_use := {e.name for e in kept.entries() if e.key in keys}:
        terminal.remark(f"not removed, being built: {', '.join(sorted(in_use))}")


def _matching(release: str, names: dict[str, tuple[str, str]]) -> list[str]:
    """Return the keys that *release* names, by key or day."""
    keys = [
        key
        for key, (_, identifier) in names.items()
        if key.startswith(release) or identifier.startswith(release)
    ]
    if not keys:
        known = ", ".join(
            sorted(identifier or key[:8] for key, identifier in names.values())
        )
        raise click.UsageError(
            f"unknown release {release!r} in the cache. It holds: {known or 'nothing'}."
        )
    return keys


def _print(entries: list[CacheEntry]) -> None:
    terminal.line(str(kept.folder()))
    if entries:
        terminal.table(
            ("release", "key", "content", "size"),
            [
                (
                    _identifier(entry.key),
                    entry.key[:8],
                    CONTENTS.get(entry.content, entry.content),
                    _size(entry.size),
                )
                for entry in entries
            ],
        )
    terminal.line(_sum(entries))


def _record(entry: CacheEntry) -> dict[str, object]:
    return {
        "release": _identifier(entry.key) or None,
        "key": entry.key,
        "content": entry.content,
        "size": entry.size,
        "path": str(kept.folder() / entry.name),
    }


@lru_cache
def _identifier(key: str) -> str:
    """Return the day of the release with *key*, empty where it is not in the cache."""
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
