"""What docs/codesets.md says, compared with the code."""

import re
from pathlib import Path

import pytest

from icdgraph.codesets import FORMATS, expression, parse
from icdgraph.codesets.findings import Flaw

PAGE = (Path(__file__).parents[1] / "docs" / "codesets.md").read_text("utf-8")


def rows(heading):
    """Return the cells of the table below *heading*."""
    section = PAGE.partition(heading)[2].partition("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [line.strip("| ").split(" | ") for line in lines]


EXAMPLES = [cells[0].strip("`") for cells in rows("## The grammar")]


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_has_codes(graph, text):
    assert graph.codes(text)


def test_every_form_has_an_example():
    def forms(parsed):
        if isinstance(parsed, expression.Operand):
            return {parsed.form}
        return set().union(*map(forms, parsed.operands))

    assert set().union(*(forms(parse(text)) for text in EXAMPLES)) == set(
        expression.FORMS
    )


@pytest.mark.parametrize("cells", rows("### Precedence"), ids=str)
def test_precedence(graph, cells):
    text, meaning = (cell.strip("`") for cell in cells)
    assert graph.codes(text) == graph.codes(meaning)


def test_formats_and_flaws_are_complete():
    assert [cells[0].strip("`") for cells in rows("## Formats")][1:] == list(FORMATS)
    names = re.findall(
        r"^\| ([a-z ,]+) \| (?:error|warning|remark)", PAGE, re.MULTILINE
    )
    assert {name for group in names for name in group.split(", ")} == set(Flaw)
