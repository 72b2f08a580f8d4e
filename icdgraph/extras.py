"""Optional packages: which extra brings them, and how to install what is missing.

icdgraph is installed from its source, so ``pip install icdgraph[tables]`` would find
nothing.  The command in the message names the packages of the extra themselves, as this
installation's own metadata lists them.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires
from typing import TYPE_CHECKING, Any

from icdgraph.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_EXTRA = re.compile(r"""extra\s*==\s*["']([\w.-]+)["']""")
_OURSELVES = re.compile(r"icdgraph\[([\w., -]+)\]")


def require(module: str, purpose: str, extra: str) -> Any:
    """Import and return *module*, which *extra* brings.

    Raises `MissingExtra` with the command that installs the extra; *purpose* completes
    the sentence "polars is required to ...".

    >>> require("json", "read a file", "tables").__name__
    'json'
    """
    try:
        return import_module(module)
    except ImportError as exc:
        package = module.partition(".")[0]
        raise MissingExtra(
            f"{package} is required to {purpose}. Install it with: "
            f"{install_command(extra, package)}"
        ) from exc


def install_command(extra: str, package: str) -> str:
    """Return the shell command that installs the packages of *extra*.

    *package* alone is named where this installation has no metadata.
    """
    packages = list(dict.fromkeys(_packages(extra))) or [package]
    named = " ".join(f'"{requirement}"' for requirement in packages)
    return f"{sys.executable} -m pip install {named}"


def _packages(extra: str) -> Iterator[str]:
    """Yield the requirements of *extra*, those of extras that it names included."""
    try:
        lines = requires("icdgraph") or []
    except PackageNotFoundError:
        return
    for line in lines:
        requirement, _, condition = line.partition(";")
        match = _OF_EXTRA.search(condition)
        if match and match[1] == extra:
            inner = _OURSELVES.fullmatch(requirement.strip())
            if inner:
                for name in inner[1].split(","):
                    yield from _packages(name.strip())
            else:
                yield requirement.strip()
