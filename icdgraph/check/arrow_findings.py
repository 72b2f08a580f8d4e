"""Findings of many encounters as Arrow columns: numbers in, texts out.

    encounter    the id, as the table has it
    rule         E201; the first letter is the severity
    severity     error, warning, note
    code, other  the codes concerned, as the release writes them; other may be null
    place        where the code is in its encounter, from 1; other_place likewise
    heading      the line above the list that the note is in
    note         the first note that the finding rests on, or all those of one list
    defined_at   the code or range of the note's owner
    section      of the Official Guidelines
    guideline    what the Guidelines state about the codes, in our words

Texts are dictionaries: each is kept once, and a million findings refer to it.  With
details, `DETAILS` follow: the sentences that the check of one encounter prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icdgraph.check.conditions import Hit, InWords, Unmet
from icdgraph.check.encounter import SETTINGS
from icdgraph.check.guidelines import entries
from icdgraph.check.statements import Memo

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from icdgraph.check.checker import Checker
    from icdgraph.check.code_lookup import CodeLookup
    from icdgraph.check.finding import Finding
    from icdgraph.check.kernel import CheckedBatch, Kernel
    from icdgraph.check.repair import Diagnosis

TEXTS = ("heading", "note", "defined_at", "section", "guideline")
DETAILS = ("message", "resolves", "unless", "reasons", "path", "proposals")
"""Columns that are added with details; *path* and *proposals* are joined by spaces, and
*reasons* are all notes and statements, joined by semicolons."""
_NO_CODE = 2**31
"""In place of a second code where there is none; unknown codes are below 0."""
_SETTING = {number: name for name, number in SETTINGS.items()}


class ArrowFindings:
    """Makes Arrow columns of what one kernel finds."""

    def __init__(
        self, kernel: Kernel, lookup: CodeLookup, *, details: bool = False
    ) -> None:
        import pyarrow as pa

        self.kernel = kernel
        self.lookup = lookup
        self.details = details
        self._diagnoses: Memo[str, Diagnosis] = Memo(kernel.checker.repair.diagnose)
        self._codes = pa.array(kernel.checker.graph.codes, pa.string())
        self._rules = pa.array([rule.id for rule in kernel.rules], pa.string())
        self._severities = pa.array([rule.severity.value for rule in kernel.rules])
        self._texts = [
            pa.array(column, pa.string())
            for column in zip(*_ground_texts(kernel.checker), strict=True)
        ]
        sections = pa.array([rule.section for rule in kernel.rules], pa.string())
        self._sections = pa.concat_arrays([sections, self._texts[3]])

    def schema(self, encounter: pa.DataType) -> pa.Schema:
        """Return the columns of the findings, for encounters of type *encounter*."""
        import pyarrow as pa

        text = pa.dictionary(pa.int32(), pa.string())
        texts = TEXTS + DETAILS if self.details else TEXTS
        columns = {
            "encounter": encounter,
            **dict.fromkeys(("rule", "severity", "code", "other"), text),
            **dict.fromkeys(("place", "other_place"), pa.int32()),
            **dict.fromkeys(texts, text),
        }
        return pa.schema(list(columns.items()))

    def table(self, checked: CheckedBatch) -> pa.RecordBatch:
        """Return the findings in *checked* as a batch."""
        import pyarrow as pa

        found, rows = checked.findings, checked.rows
        rule, ground = found.rule.astype(np.int64), found.ground.astype(np.int64)
        place = np.arange(len(rows.start)) - rows.start + 1
        has_other = found.other >= 0
        # The section of an entry is its own, that of a note the rule's.
        of_ground = len(self.kernel.rules) + ground
        has_section = self._texts[3].is_valid().to_numpy(zero_copy_only=False)
        is_entry = (ground >= 0) & has_section[ground]
        section = np.where(is_entry, of_ground, rule)
        heading, note, owner, _, statement = self._texts
        encounter = checked.batch.column("encounter").take(pa.array(found.row))
        columns = [
            encounter,
            _named(rule, self._rules),
            _named(rule, self._severities),
            self._coded(rows.node[found.row]),
            self._coded(rows.node[found.other], has_other),
            pa.array(place[found.row], pa.int32()),
            pa.array(place[found.other], pa.int32(), mask=~has_other),
            *(_named(ground, texts) for texts in (heading, note, owner)),
            _named(section, self._sections),
            _named(ground, statement),
        ]
        if self.details:
            columns += self._detailed(checked)
        return pa.RecordBatch.from_arrays(columns, schema=self.schema(encounter.type))

    def _coded(
        self, node: NDArray[np.int32], is_there: NDArray[np.bool_] | None = None
    ) -> pa.DictionaryArray:
        """Return the codes of *node*, unknown ones as given, null if not *is_there*."""
        import pyarrow as pa

        unknown = np.unique(node[node < 0])
        texts = [self.lookup.texts[-1 - n] for n in unknown.tolist()]
        number = node.astype(np.int64)
        if len(unknown):
            after_codes = len(self._codes) + np.searchsorted(unknown, node)
            number = np.where(node < 0, after_codes, number)
        if is_there is not None:
            number = np.where(is_there, number, -1)
        known = pa.concat_arrays([self._codes, pa.array(texts, pa.string())])
        return _named(number, known)

    def ground(self, ground: int) -> dict[str, str | None]:
        """Return what a finding rests on, as the columns `TEXTS`; -1 for nothing."""
        texts = zip(TEXTS, self._texts, strict=True)
        return {n: t[ground].as_py() if ground >= 0 else None for n, t in texts}

    # Details

    def _detailed(self, checked: CheckedBatch) -> list[pa.DictionaryArray]:
        """Return the columns of details; each different finding is made once."""
        import pyarrow as pa

        found, rows = checked.findings, checked.rows
        second = rows.node[found.other].astype(np.int64)
        other = np.where(found.other >= 0, second, _NO_CODE)
        setting = 0 if rows.setting is None else rows.setting[found.row]
        code = rows.node[found.row]
        columns = (found.rule, code, other, found.ground, setting)
        keys = np.stack(np.broadcast_arrays(*columns), axis=1)
        distinct, at = np.unique(keys, axis=0, return_inverse=True)
        findings = [self.finding(*key) for key in distinct.tolist()]
        at = at.reshape(-1)
        return [
            _named(at, pa.array([_detail(f, name) for f in findings], pa.string()))
            for name in DETAILS
        ]

    def finding(
        self, number: int, code: int, other: int | None, ground: int, setting: int = 0
    ) -> Finding:
        """Return the finding of rule *number*, as `FindingRows` has it, on nodes."""
        rule, explainer = self.kernel.rules[number], self.kernel.checker.explainer
        if code < 0:
            text = self.lookup.texts[-1 - code]
            return explainer.unreadable(rule, text, self._diagnoses[text])
        condition = rule.conditions[0]
        match condition:
            case Unmet():
                hit: Hit = (code, ground - self.kernel.checker.index.ground_of(0))
            case InWords():
                hit = (code, ground)
            case _:
                hit = (code,) if other in (None, _NO_CODE) else (code, other or 0)
        return explainer.finding(rule, condition, hit, _SETTING[setting])


def _ground_texts(checker: Checker) -> Iterator[tuple[str | None, ...]]:
    """Yield heading, note, owner, section and statement of each ground, in order."""
    graph, index = checker.graph, checker.index
    for ground in range(index.ground_of(index.required.count)):
        sources = index.sources_of(ground)
        if sources[0] >= graph.note_count:
            # The place before the first entry is not used.
            entry = entries()[max(sources[0] - graph.note_count - 1, 0)]
            yield None, None, None, entry.section, entry.words()
            continue
        heading = graph.heading_of(sources[0])
        yield (
            None if heading is None else graph.text_of(heading),
            "; ".join(map(graph.text_of, sources)),
            graph.codes[graph.owner_of(sources[0])],
            None,
            None,
        )


def _detail(finding: Finding, name: str) -> str | None:
    if name == "reasons":
        return "; ".join(reason.in_full for reason in finding.reasons) or None
    value = getattr(finding, name)
    return " ".join(value) if isinstance(value, tuple) else value or None


def _named(numbers: NDArray[np.integer], texts: pa.StringArray) -> pa.DictionaryArray:
    """Return the texts of *numbers*, null for -1, with a dictionary of those alone.

    >>> import pyarrow as pa
    >>> _named(np.array([1, -1, 1]), pa.array(["a", "b"])).to_pylist()
    ['b', None, 'b']
    """
    import pyarrow as pa

    if texts.null_count:
        # Parquet takes no dictionary that has a null.
        is_text = np.append(texts.is_valid().to_numpy(zero_copy_only=False), False)
        numbers = np.where(is_text[numbers], numbers, -1)
    # All texts in each batch's dictionary would make a file of many batches large.
    used = np.zeros(len(texts) + 1, dtype=bool)
    used[numbers] = True
    used[-1] = False
    rank = (np.cumsum(used) - 1).astype(np.int32)
    indices = pa.array(rank[numbers], mask=numbers < 0)
    return pa.DictionaryArray.from_arrays(
        indices, texts.take(pa.array(np.flatnonzero(used)))
    )
