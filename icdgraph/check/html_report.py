"""The HTML report on a table: one file, which needs no network.

Figures come first, then how often each rule is broken, the pairs of codes behind most
findings with the note and what to do, then the rejected rows and what was not checked.
It is made from the record of a `TableSummary` alone.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Record = dict[str, Any]
_NUMBERS = {"Rows", "Findings", "Encounters", "Per 1,000"}
_SEVERITIES = {"error": "Errors", "warning": "Warnings", "advice": "Advice"}


def page(record: Record) -> str:
    """Return the report on *record* as one HTML page."""
    template = files("icdgraph.check").joinpath("html_report.html").read_text("utf-8")
    return Template(template).substitute(
        table=escape(record["table"]), body=fragment(record)
    )


def fragment(record: Record) -> str:
    """Return the content of the page, for a notebook."""
    return "\n".join(_sections(record))


def _sections(record: Record) -> Iterator[str]:
    yield _figures(record)
    for severity, name in _SEVERITIES.items():
        rules = [r for r in record["rules"] if r["severity"] == severity]
        broken = [rule for rule in rules if rule["findings"]]
        if rules:
            yield f"<h2>{name}</h2>"
            yield _rules(broken) if broken else "<p>None.</p>"
    if record["pairs"]:
        yield "<h2>Most frequent errors and warnings</h2>"
        yield _pairs(record)
    if record["notes"]:
        yield "<h2>Notes behind most findings</h2>"
        yield _notes(record["notes"])
    if record["rejected"]["rows"]:
        yield "<h2>Rejected rows</h2>"
        yield "<p>These rows could not be checked and are not in the figures above.</p>"
        reasons = record["rejected"]["reasons"].items()
        rows = ((f"{n:,}", escape(reason)) for reason, n in reasons)
        yield _table(("Rows", "Reason"), rows)
    yield "<h2>Not checked</h2>"
    yield f"<ul>{''.join(f'<li>{escape(x)}</li>' for x in record['not_checked'])}</ul>"
    yield (
        f"<p>Order of the codes: {escape(record['order'])}. Release of ICD-10-CM: "
        f"{escape(record['release'])}. An error breaks a rule as it is printed; a "
        "warning does so unless something holds that the codes do not show.</p>"
    )


def _figures(record: Record) -> str:
    encounters = record["encounters"]
    shown = [
        ("encounters", encounters, None),
        ("codes", record["codes"], None),
        ("encounters with an error", record["with_error"], encounters),
        ("encounters with a warning", record["with_warning"], encounters),
        ("unknown codes", record["unknown_codes"], record["codes"]),
        ("rejected rows", record["rejected"]["rows"], None),
    ]
    items = "".join(
        f"<div><dt>{name}</dt><dd>{number:,}{_share(number, whole)}</dd></div>"
        for name, number, whole in shown
    )
    return f'<dl class="figures">{items}</dl>'


def _share(number: int, whole: int | None) -> str:
    return f" <small>{number / whole:.1%}</small>" if whole else ""


def _rules(rules: list[Record]) -> str:
    most = max(rule["encounters"] for rule in rules)
    rows = (
        (
            f"<b>{rule['rule']}</b> {escape(rule['name'])}",
            f"{rule['findings']:,}",
            f"{rule['encounters']:,}",
            f"{rule['per_1000']:,.2f}",
            f'<meter min="0" max="{most}" value="{rule["encounters"]}"></meter>',
        )
        for rule in sorted(rules, key=lambda rule: -rule["encounters"])
    )
    return _table(("Rule", "Findings", "Encounters", "Per 1,000", ""), rows)


def _pairs(record: Record) -> str:
    rows = (
        (
            f"{pair['findings']:,}",
            f"<b>{pair['rule']}</b>",
            escape(" + ".join(pair["codes"])),
            f"{escape(pair['message'])}{_note(pair)}",
            escape(pair["resolves"]) + _unless(pair["unless"]),
        )
        for pair in record["pairs"]
    )
    more = record["distinct_pairs"] - len(record["pairs"])
    rest = f"<p>And {more:,} other pairs or codes.</p>" if more else ""
    head = ("Findings", "Rule", "Codes", "Finding", "What to do")
    return _table(head, rows) + rest


def _note(pair: Record) -> str:
    if not pair["note"]:
        return f"<br><small>Guidelines {escape(pair['section'])}</small>"
    owner, note = escape(pair["defined_at"]), escape(pair["note"])
    return f"<br><q>{note}</q> <small>defined at {owner}</small>"


def _unless(words: str) -> str:
    return f"<br><small>unless {escape(words)}</small>" if words else ""


def _notes(notes: list[Record]) -> str:
    rows = (
        (
            f"{note['findings']:,}",
            f"<b>{note['rule']}</b>",
            f"{escape(note['defined_at'])} <small>{escape(note['title'])}</small>",
            f"<q>{escape(' '.join((note['heading'], note['note'])).strip())}</q>",
        )
        for note in notes
    )
    return _table(("Findings", "Rule", "Defined at", "Note"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    marks = [' class="n"' if name in _NUMBERS else "" for name in head]
    marked = zip(marks, head, strict=True)
    top = "".join(f'<th scope="col"{mark}>{name}</th>' for mark, name in marked)
    lines = (f"<tr>{_cells(marks, row)}</tr>" for row in rows)
    return (
        f'<div class="wide"><table><thead><tr>{top}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cells(marks: list[str], row: tuple[str, ...]) -> str:
    cells = zip(marks, row, strict=True)
    return "".join(f"<td{mark}>{cell}</td>" for mark, cell in cells)
