"""Which release a graph holds: its version, the day it took effect, and its file."""

from __future__ import annotations

from dataclasses import dataclass

EFFECTIVE = {
    "f161f8182aff3ce3a2a78e202f8259c08eaee2c670a9e45b0072445c52302935": "2026-04-01",
    "d6cdf5283f35a102d77ead236ec8c8929f22ba7f3356dbadff18ede01a3a3de5": "2025-04-01",
    "436905e9470018c8667b25cdf646f6a2f4f0c95dbaeabd8692b530775db71afd": "2021-01-01",
    "ecc299fda46d04800d903811a3c7536b48a2c0bfc19a0c6ba115466964c839f4": "2016-10-01",
}
"""The day each known Tabular List took effect, by the SHA-256 of its XML."""

PREVIOUS = {
    "2026-04-01": "2025-10-01",
    "2025-04-01": "2024-10-01",
    "2021-01-01": "2020-10-01",
    "2016-10-01": "2015-10-01",
}
"""The day that the release before each of them took effect."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which release a graph holds.

    *version* is the year printed in it, *source* the name of its file, *digest* the
    SHA-256 of its XML.  *key* is what the cache keeps things derived from it under; it
    is empty for a graph that was not loaded from a file.
    """

    version: str
    source: str = ""
    digest: str = ""
    key: str = ""
    introduction: tuple[str, ...] = ()

    @property
    def effective(self) -> str | None:
        """The day the release took effect, ``2026-04-01``, where it is a known one."""
        return EFFECTIVE.get(self.digest)

    @property
    def previous(self) -> str | None:
        """The day that the release before this one took effect, if this is known."""
        return PREVIOUS.get(self.effective or "")

    @property
    def title(self) -> str:
        """The name of the release, with its day if this is known.

        >>> Edition("2026").title
        'ICD-10-CM 2026'
        """
        day = self.effective
        return f"ICD-10-CM, effective {day}" if day else f"ICD-10-CM {self.version}"

    @property
    def identifier(self) -> str:
        """A name for the release that no other one has: its day, else its content.

        The version alone will not do: October's and April's releases share it.

        >>> Edition("2026", digest="0123456789abcdef").identifier
        '2026-01234567'
        """
        return self.effective or "-".join(
            part for part in (self.version, self.digest[:8]) if part
        )
