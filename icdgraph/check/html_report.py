"""The report of a table check that a manager reads: one HTML file, no network.

Figures first, then which rules are broken how often, then the pairs behind most
findings with the note's words and what would resolve them, then what was set aside and
what was not checked.  It is made from the record of a `Summary` and from nothing else.
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
    """Return what stands in the page, for a notebook."""
    return "\n".join(_sections(record))


def _sections(record: Record) -> Iterator[str]:
    yield _figures(record)
    for severity, name in _SEVERITIES.items():
        rules = [r for r in record["rules"] if r["severity"] == severity]
        broken = [rule for rule in rules if rule["findings"]]
        if rules:
            yield f"<h2>{name}</h2>"
            yield _rules(broken) if broken else "<p>None found.</p>"
    if record["pairs"]:
        yield "<h2>What is behind most errors and warnings</h2>"
        yield _pairs(record)
    if record["notes"]:
        yield "<h2>Notes that most findings rest on</h2>"
        yield _notes(record["notes"])
    if record["set_aside"]["rows"]:
        yield "<h2>Rows set aside</h2>"
        yield "<p>They could not be read, and no figure here counts them.</p>"
        reasons = record["set_aside"]["reasons"].items()
        yield _table(("Rows", "Why"), ((f"{n:,}", escape(why)) for why, n in reasons))
    yield "<h2>Not checked</h2>"
    yield f"<ul>{''.join(f'<li>{escape(x)}</li>' for x in record['not_checked'])}</ul>"
    yield (
        f"<p>Order of the codes: {escape(record['order'])}. Release of ICD-10-CM: "
        f"{escape(record['release'])}. An error breaks a rule as printed; a warning "
        "holds unless something is so that codes cannot tell.</p>"
    )


def _figures(record: Record) -> str:
    encounters = record["encounters"]
    shown = [
        ("encounters", encounters, None),
        ("codes", record["codes"], None),
        ("encounters with an error", record["with_error"], encounters),
        ("encounters with a warning", record["with_warning"], encounters),
        ("codes that do not exist", record["unknown_codes"], record["codes"]),
        ("rows set aside", record["set_aside"]["rows"], None),
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
    head = ("Findings", "Rule", "Codes", "What was found", "What would resolve it")
    return _table(head, rows) + rest


def _note(found: Record) -> str:
    if not found["words"]:
        return f"<br><small>Guidelines {escape(found['section'])}</small>"
    place, words = escape(found["printed_at"]), escape(found["words"])
    return f"<br><q>{words}</q> <small>printed at {place}</small>"


def _unless(words: str) -> str:
    return f"<br><small>unless {escape(words)}</small>" if words else ""


def _notes(notes: list[Record]) -> str:
    rows = (
        (
            f"{note['findings']:,}",
            f"<b>{note['rule']}</b>",
            f"{escape(note['printed_at'])} <small>{escape(note['title'])}</small>",
            f"<q>{escape(' '.join((note['heading'], note['words'])).strip())}</q>",
        )
        for note in notes
    )
    return _table(("Findings", "Rule", "Printed at", "Note"), rows)


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
