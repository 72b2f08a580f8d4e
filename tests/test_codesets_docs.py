"""What docs/codesets.md says, held to what the code does."""

import re
from pathlib import Path

import pytest

from icdgraph.codesets import FORMATS, expression, parse
from icdgraph.codesets.findings import Flaw

PAGE = (Path(__file__).parents[1] / "docs" / "codesets.md").read_text("utf-8")


def rows(heading):
    """Return the cells of the table under *heading*."""
    part = PAGE.partition(heading)[2].partition("\n#")[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [line.strip("| ").split(" | ") for line in lines]


@pytest.mark.parametrize(
    "text", [cells[0].strip("`") for cells in rows("## The grammar")]
)
def test_every_expression_of_the_page_is_read(graph, text):
    assert graph.codes(text)


def test_every_form_is_on_the_page():
    def forms(said):
        if isinstance(said, expression.Item):
            yield said.form
        else:
            for part in said.parts:
                yield from forms(part)

    said = [parse(cells[0].strip("`")) for cells in rows("## The grammar")]
    assert {form for one in said for form in forms(one)} == expression.FORMS.keys()


@pytest.mark.parametrize("cells", rows("### What binds to what"), ids=str)
def test_precedence_is_as_told(graph, cells):
    written, read = (cell.strip("`") for cell in cells)
    assert graph.codes(written) == graph.codes(read)


def test_formats_and_flaws_are_those_there_are():
    assert [cells[0].strip("`") for cells in rows("## Formats")][1:] == list(FORMATS)
    told = re.findall(r"^\| ([a-z ,]+) \| (?:error|warning|remark)", PAGE, re.MULTILINE)
    assert {name for names in told for name in names.split(", ")} == set(Flaw)
