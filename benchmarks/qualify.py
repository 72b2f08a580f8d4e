"""How often the notes that are called qualified were judged so by a reader.

    python benchmarks/qualify.py

Prints, for each sample of `tests/data/qualified.tsv`, how many notes a reader judged to
be narrower in words than the codes beside them, and the precision and recall of
`icdgraph.graph.qualify` on them.  The rules were tuned on the samples ``largest`` and
``tuned``; the blind ones were judged before the rules were run on them, and the rules
have changed a little since.
"""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import icdgraph
from icdgraph.model import State

LABELS = Path(__file__).parent.parent / "tests" / "data" / "qualified.tsv"


def tallies() -> dict[str, Counter[tuple[bool, bool]]]:
    """Return, by sample, how often each (judged, called) qualified occurs."""
    graph = icdgraph.load()
    called = {
        (note.owner.code, note.kind.value, str(note.position)): note.state
        for note in graph.notes()
    }
    samples: dict[str, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    with LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            state = called[row["owner"], row["kind"], row["position"]]
            is_judged = row["judged"] == "qualified"
            samples[row["sample"]][is_judged, state is State.QUALIFIED] += 1
    return samples


def main() -> None:
    print(f"{'sample':30} {'notes':>6} {'judged':>6} {'precision':>9} {'recall':>7}")
    for sample, tally in tallies().items():
        right, wrong, missed = tally[True, True], tally[False, True], tally[True, False]
        precision, recall = right / (right + wrong), right / (right + missed)
        print(
            f"{sample:30} {tally.total():6} {right + missed:6} "
            f"{precision:9.0%} {recall:7.0%}"
        )


if __name__ == "__main__":
    main()
