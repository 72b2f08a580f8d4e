"""The sides of codes: what titles say, and where two earlier readings differed."""

import pytest

from icdgraph.coding.laterality import NAMED, Side, laterality

RIGHT, LEFT, BILATERAL, UNSPECIFIED, NONE = *Side, Side(0)


@pytest.fixture(scope="module")
def sides(graph):
    return laterality(graph.core)


def names(graph, numbers):
    return [graph.core.codes[n] for n in numbers]


@pytest.mark.parametrize(
    ("code", "side"),
    [
        ("M17.0", BILATERAL),
        ("M17.11", RIGHT),
        ("M17.12", LEFT),
        ("S52.501B", RIGHT),
        ("H54.1131", RIGHT | LEFT),
        ("H54.0", BILATERAL),
        ("M54.50", NONE),
        ("I50.1", NONE),
        ("T81.500A", NONE),
        # "Double outlet right ventricle" is a part of the heart.
        ("Q20.1", NONE),
        # "Homonymous bilateral field defects, right side": both eyes, one side.
        ("H53.461", RIGHT),
        ("H53.469", UNSPECIFIED),
        ("H53.47", BILATERAL),
        # There is no right kidney beside it, but it says bilateral.
        ("N27.1", BILATERAL),
    ],
)
def test_sides_that_a_title_names(sides, graph, code, side):
    assert sides.of(graph[code].number) == side


@pytest.mark.parametrize(
    "code",
    [
        # Once only the check took these for unspecified, ...
        *("C62.00", "H60.00", "H61.009", "M25.579", "N80.119", "S06.330A", "Q65.2"),
        *("T16.9XXA", "T23.029A", "Z44.20", "Q71.60"),
        # ... once only code sets took these, ...
        *("C43.10", "H40.009", "L97.909", "M26.609", "N83.00", "S45.909A", "Z89.429"),
        # ... and once neither did, though CMS lists those with a 7th character.
        *("S62.609B", "S62.619B", "L89.103", "M60.002", "T84.019A", "I70.269"),
    ],
)
def test_an_unspecified_side_where_readings_differed(sides, graph, code):
    number = graph[code].number
    assert sides.of(number) == UNSPECIFIED
    assert sides.alternatives(number)


@pytest.mark.parametrize(
    "code",
    [
        # "Unspecified" is the site, the bone, the brain; "other" is no unspecified one.
        *("M86.00", "M87.00", "S06.300A", "S02.85XA", "S65.508A", "Q52.129"),
        # The codes below it name the side.
        *("I70.20", "M25.5"),
    ],
)
def test_what_is_unspecified_but_not_the_side(sides, graph, code):
    assert sides.of(graph[code].number) == NONE


@pytest.mark.parametrize(
    "group",
    [
        ["M17.0", "M17.10", "M17.11", "M17.12"],
        ["H25.10", "H25.11", "H25.12", "H25.13"],
        ["E11.3511", "E11.3512", "E11.3513", "E11.3519"],
        ["S52.501B", "S52.502B", "S52.509B"],
        ["S03.00XA", "S03.01XA", "S03.02XA", "S03.03XA"],
        # The bilateral title leaves the ear out; H65.04 is another condition.
        ["H65.00", "H65.01", "H65.02", "H65.03"],
        ["H02.20A", "H02.20B", "H02.20C"],
        # Their words are the same, in another order.
        ["I70.391", "I70.392", "I70.393"],
        ["I70.701", "I70.702", "I70.703"],
        # Groups of two branches of a category.
        ["L97.109", "L97.119", "L97.129"],
        ["G81.00", "G81.01", "G81.02", "G81.03", "G81.04"],
    ],
    ids=lambda group: group[0],
)
def test_codes_of_one_condition(sides, graph, group):
    for code in group:
        assert names(graph, sides.group(graph[code].number)) == group


@pytest.mark.parametrize("code", ["I50.1", "H54.1131", "M54.50", "N27.1"])
def test_codes_of_no_group(sides, graph, code):
    assert sides.group(graph[code].number) == []


@pytest.mark.parametrize(
    ("code", "alternatives"),
    [
        ("M17.10", ["M17.0", "M17.11", "M17.12"]),
        ("L89.103", ["L89.113", "L89.123", "L89.133", "L89.143"]),
        ("T84.069A", ["T84.060A", "T84.061A", "T84.062A", "T84.063A"]),
    ],
)
def test_codes_to_use_when_the_side_is_known(sides, graph, code, alternatives):
    found = names(graph, sides.alternatives(graph[code].number))
    assert found[: len(alternatives)] == alternatives


def test_every_group_has_a_right_and_a_left_code(sides, graph):
    members = {}
    for number, group in enumerate(sides.groups):
        members.setdefault(group, []).append(number)
    del members[0]
    for numbers in members.values():
        assert {RIGHT, LEFT} <= {sides.of(n) for n in numbers}
        assert len({graph.core.codes[n][:3] for n in numbers}) == 1


def test_every_unspecified_code_has_one_with_a_side(sides, graph):
    for number in graph.core.leaves:
        if sides.of(number) == UNSPECIFIED:
            found = sides.alternatives(number)
            assert found
            assert all(sides.of(n) & NAMED for n in found)


def test_codes_made_by_a_7th_character_have_the_side_of_their_base(sides, graph):
    for node in graph.nodes():
        if node.made_by and sides.of(node.parent.number):
            assert sides.of(node.number) == sides.of(node.parent.number)
