"""Findings of many encounters as Arrow columns: numbers in, words out.

    encounter    the id, as the table has it
    rule         E201; the first letter is the severity
    severity     error, warning, advice
    code, other  the codes concerned, as the release writes them; other may be null
    place        where the code stands in its encounter, from 1; other_place likewise
    words        the note, verbatim, after the line that heads it (heading)
    printed_at   the code or range of the note's owner
    section      of the Official Guidelines
    says         what the Guidelines say of the code, in our words

Texts are dictionaries: each is kept once, and a million findings refer to it.  With
details, each different hit is worded as one encounter's would be, and `DETAILS` follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icdgraph.check.conditions import SETTINGS
from icdgraph.check.guidelines import entries

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from icdgraph.check.checker import Checker
    from icdgraph.check.code_lookup import Vocabulary
    from icdgraph.check.finding import Finding
    from icdgraph.check.kernel import Kernel, Part
    from icdgraph.check.repair import Diagnosis

TEXTS = ("heading", "words", "printed_at", "section", "says")
DETAILS = ("message", "resolves", "unless", "title", "path", "proposals", "state")
"""Columns that are added with details; *path* and *proposals* are joined by spaces."""
_NOTHING = 2**31
"""In place of a second code where there is none; unknown codes are below 0."""
_SETTING = {number: name for name, number in SETTINGS.items()}


class Wording:
    """Makes findings of the parts of one kernel."""

    def __init__(
        self, kernel: Kernel, vocabulary: Vocabulary, *, details: bool = False
    ) -> None:
        import pyarrow as pa

        self.kernel = kernel
        self.vocabulary = vocabulary
        self.details = details
        checker = kernel.checker
        headings, words, printed = _printed(checker)
        self._codes = pa.array(checker.graph.codes, pa.string())
        self._headings = pa.array(headings, pa.string())
        self._words = pa.array(words, pa.string())
        self._printed = pa.array(printed, pa.string())
        self._rules = pa.array([rule.id for rule in kernel.rules], pa.string())
        self._severities = pa.array([rule.severity.value for rule in kernel.rules])
        said = entries()
        self._diagnoses: dict[str, Diagnosis] = {}
        self._says = pa.array([entry.says for entry in said], pa.string())
        sections = [rule.section for rule in kernel.rules]
        self._sections = pa.array(sections + [entry.section for entry in said])

    def schema(self, encounter: pa.DataType) -> pa.Schema:
        """Return the columns of the findings, encounters being of type *encounter*."""
        import pyarrow as pa

        text = pa.dictionary(pa.int32(), pa.string())
        columns = [
            ("encounter", encounter),
            ("rule", text),
            ("severity", text),
            ("code", text),
            ("other", text),
            ("place", pa.int32()),
            ("other_place", pa.int32()),
            *((name, text) for name in TEXTS),
            *((name, text) for name in DETAILS if self.details),
        ]
        return pa.schema(columns)

    def findings(self, part: Part) -> pa.RecordBatch:
        """Return what was found in *part* as a batch of findings."""
        import pyarrow as pa

        found, rows = part.found, part.rows
        rule, entry = found.rule.astype(np.int64), found.entry.astype(np.int64) - 1
        place = np.arange(len(rows.start)) - rows.start + 1
        has_other = found.other >= 0
        section = np.where(entry >= 0, len(self.kernel.rules) + entry, rule)
        encounter = part.batch.column("encounter").take(pa.array(found.row))
        columns = [
            encounter,
            _named(rule, self._rules),
            _named(rule, self._severities),
            self._coded(rows.node[found.row]),
            self._coded(rows.node[found.other], has_other),
            pa.array(place[found.row], pa.int32()),
            pa.array(place[found.other], pa.int32(), mask=~has_other),
            _named(found.note, self._headings),
            _named(found.note, self._words),
            _named(found.note, self._printed),
            _named(section, self._sections),
            _named(entry, self._says),
        ]
        if self.details:
            columns += self._detailed(part)
        return pa.RecordBatch.from_arrays(columns, schema=self.schema(encounter.type))

    def _coded(
        self, node: NDArray[np.int32], is_there: NDArray[np.bool_] | None = None
    ) -> pa.DictionaryArray:
        """Return the codes of *node*, null where none *is_there*; texts as given."""
        import pyarrow as pa

        unknown = np.unique(node[node < 0])
        texts = [self.vocabulary.texts[-1 - n] for n in unknown.tolist()]
        number = node.astype(np.int64)
        if len(unknown):
            below = len(self._codes) + np.searchsorted(unknown, node)
            number = np.where(node < 0, below, number)
        if is_there is not None:
            number = np.where(is_there, number, -1)
        known = pa.concat_arrays([self._codes, pa.array(texts, pa.string())])
        return _named(number, known)

    # Details

    def _detailed(self, part: Part) -> list[pa.DictionaryArray]:
        """Return the columns of details, each different finding worded once."""
        import pyarrow as pa

        found, rows = part.found, part.rows
        second = rows.node[found.other].astype(np.int64)
        other = np.where(found.other >= 0, second, _NOTHING)
        setting = 0 if rows.setting is None else rows.setting[found.row]
        code = rows.node[found.row]
        keys = np.zeros((len(code), 6), dtype=np.int64)
        columns = (found.rule, code, other, found.note, found.entry, setting)
        for i, column in enumerate(columns):
            keys[:, i] = column
        distinct, at = np.unique(keys, axis=0, return_inverse=True)
        worded = [self._worded(*key) for key in distinct.tolist()]
        at = at.reshape(-1)
        return [
            _named(at, pa.array([_told(f, name) for f in worded], pa.string()))
            for name in DETAILS
        ]

    def _worded(
        self, number: int, code: int, other: int, note: int, entry: int, setting: int
    ) -> Finding:
        rule, explainer = self.kernel.rules[number], self.kernel.checker.explainer
        if code < 0:
            text = self.vocabulary.texts[-1 - code]
            return explainer.unreadable(rule, text, self._diagnosis(text))
        hit = (code,) if other == _NOTHING else (code, other)
        return explainer.worded(rule, hit, note, entry, _SETTING[setting])

    def _diagnosis(self, text: str) -> Diagnosis:
        if text not in self._diagnoses:
            self._diagnoses[text] = self.kernel.checker.repair.diagnose(text)
        return self._diagnoses[text]


def _printed(checker: Checker) -> tuple[list[str | None], list[str], list[str]]:
    """Return heading, words and place of each note, and then of each gathering."""
    graph = checker.graph
    groups: list[tuple[int, ...]] = [(n,) for n in graph.note_numbers()]
    groups += [gathering.notes for gathering in checker.facts.gatherings]
    headings = [graph.heading_of(group[0]) for group in groups]
    return (
        [None if heading is None else graph.text_of(heading) for heading in headings],
        ["; ".join(map(graph.text_of, group)) for group in groups],
        [graph.codes[graph.owner_of(group[0])] for group in groups],
    )


def _told(finding: Finding, name: str) -> str | None:
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
        # Parquet takes no dictionary that holds a null.
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
