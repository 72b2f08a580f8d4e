"""The scene of nodes: what is in it, what is omitted, and where edges start."""

import re

import pytest
from tables import rows

from icdgraph import NoteKind, Relation, UnknownCode
from icdgraph.draw.captions import sentences, summary
from icdgraph.draw.collapsed import MOST, collapsed
from icdgraph.draw.neighborhood import CODES, EXCLUDED, LIMIT, neighborhood
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.scene import Role, edges_naming, key_of
from icdgraph.errors import ParseError
from icdgraph.toy import toy

NODES = ["M54.50", "S06.0X1A", "T36.0X5A", "E11", "M00-M99", "M50-M54", "D10-D36"]
PICTURES = [
    (("M54.50", "F45.41"), {}),
    (("E11",), {"depth": 2}),
    (("S06.0X1A", "T36.0X5A", "M54"), {}),
    (("S52",), {"depth": 3, "relations": ["parent"]}),
    (("M00-M99",), {"depth": 0}),
]


def scene_of(graph, codes, options):
    return neighborhood(*(graph[code] for code in codes), **options)


def keys(items):
    return [item.key for item in items]


def with_role(scene, role, relation=None):
    return [
        item
        for item in scene.items
        if item.role == role and relation in (None, item.relation)
    ]


# What is in it


def test_scene_of_m5450_is_what_the_toy_says():
    scene = neighborhood(toy()["M54.50"])
    items = [[item.key, item.role] for item in scene.items]
    assert items == rows("scene_items.jsonl")
    links = sorted(list(link.ends) for link in scene.links)
    assert links == rows("scene_links.jsonl")
    assert [item.text for item in scene.items[-2:]] == ["Loin pain", "Lumbago NOS"]


def test_a_link_has_its_note_and_where_it_is_defined():
    links = {link.target: link for link in neighborhood(toy()["M54.50"]).links}
    link = links["code:F45.41"]
    assert [note.owner.code for note in link.notes] == ["M54"]
    assert "psychogenic dorsalgia (F45.41)" in link.tooltip
    assert "defined at M54" in link.tooltip


def test_a_note_without_a_code_is_counted_and_listed():
    scene = neighborhood(toy()["M54.50"])
    (note,) = scene.codeless
    assert note.text == "current injury - see injury of spine by body region"
    tooltips = {item.key: item.tooltip for item in scene.items}
    assert note.text in tooltips["section:M50-M54"]
    assert "1 note names no code" in summary(scene)
    assert any(note.text in line for line in sentences(scene))


def test_edges_of_a_note_with_a_scope_start_at_its_scope(graph):
    # The note at G31 on F02.84 applies to G31.0-G31.83 and G31.85-G31.9 alone.
    scene = neighborhood(graph["F02.84"])
    links = {link.ends for link in (*scene.links, *collapsed(scene)[1])}
    sources = {
        source
        for source, relation, target in links
        if (relation, target) == ("use-additional", "code:F02.84")
        and source.partition(":")[2].startswith("G31")
    }
    (note,) = {
        note
        for note in graph["G31"].notes
        if note.scope and any(target.code == "F02.84" for target in note.targets)
    }
    assert sources == {key_of(node) for node in note.scope}
    assert {"subcategory:G31.0", "code:G31.1"} <= sources
    assert "category:G31" not in sources


def test_a_note_that_applies_to_the_code_it_names_is_not_drawn_twice(graph):
    # The note at D72 on D72.824 applies to D72.824 as well.
    links = neighborhood(graph["D72.824"]).links
    ends = ("category:D72", "excludes1", "code:D72.824")
    assert [link.ends for link in links].count(ends) == 1
    naming = {edge.note for edge in edges_naming(graph["D72.824"])}
    assert not any(note.applies_to(graph["D72.824"]) for note in naming)


def test_children_are_all_shown(graph):
    node = graph.section("D10-D36")
    children = with_role(neighborhood(node), Role.CHILD)
    assert [item.name for item in children] == [child.code for child in node.children]


@pytest.mark.parametrize(
    ("code", "kind", "limit"),
    [
        ("T88.7", NoteKind.EXCLUDES1, EXCLUDED),
        ("T88.7", NoteKind.EXCLUDES2, CODES),
        ("M54.50", NoteKind.EXCLUDES2, CODES),
    ],
)
def test_omitted_codes_are_counted_and_collapsed(graph, code, kind, limit):
    node = graph[code]
    scene = neighborhood(node)
    *group, more = with_role(scene, Role.NAMED, kind.relation)
    assert len(group) == limit
    assert more.name == f"+{len(more.omitted):,} more"
    named = {t for note in node.applicable_notes(kind) for t in note.targets}
    missing = {target for target in named if key_of(target) not in keys(scene.items)}
    assert set(more.omitted) == {target.code for target in missing}
    assert f"{scene.omitted:,} of these are omitted" in summary(scene)
    assert more.brought_by in {e.source for e in scene.links if e.target == more.key}
    assert any(", ".join(more.omitted) in line for line in sentences(scene))
    inside = [i for i in collapsed(scene)[0] if i.brought_by == more.key]
    fits = len(more.omitted) <= MOST
    assert [i.name for i in inside] == (list(more.omitted) if fits else [])


def test_excluded_codes_are_not_omitted_where_there_is_room(graph):
    for code in ("M54.50", "E11.9", "I10", "F32.9", "J18.9"):
        node = graph[code]
        shown = keys(neighborhood(node).items)
        for note in node.applicable_notes(NoteKind.EXCLUDES1):
            assert {key_of(target) for target in note.targets} <= set(shown)


def test_every_note_shows_its_first_code_before_any_shows_its_second(graph):
    shown = keys(neighborhood(graph["M54.50"]).items)
    for note in graph["M54.50"].applicable_notes(NoteKind.EXCLUDES2):
        assert key_of(note.targets[0]) in shown


@pytest.mark.parametrize("code", NODES)
def test_every_link_joins_two_items_shown_or_collapsed(graph, code):
    scene = neighborhood(graph[code])
    items, links = collapsed(scene)
    assert len(items) <= MOST
    shown, every = keys(scene.items), keys((*scene.items, *items))
    assert len(every) == len(set(every))
    assert {end for link in scene.links for end in link.ends[::2]} <= set(shown)
    assert {end for link in links for end in link.ends[::2]} <= set(every)


# Depth, relations, several nodes


def test_two_codes_meet_at_their_common_ancestors(graph):
    scene = neighborhood(graph["M54.50"], graph["M51.26"])
    assert keys(with_role(scene, Role.CENTER)) == ["code:M54.50", "code:M51.26"]
    assert keys(scene.items).count("section:M50-M54") == 1
    children = {
        link.source
        for link in scene.links
        if link.ends[1:] == ("parent", "section:M50-M54")
    }
    assert children == {"category:M54", "category:M51"}


def test_depth_goes_down_the_tree_and_along_notes():
    scenes = [neighborhood(toy()["M54"], depth=depth) for depth in (0, 1, 2)]
    none, near, far = (set(keys(scene.items)) for scene in scenes)
    assert none < near < far
    assert not with_role(scenes[0], Role.CHILD)
    assert "code:M54.50" in far - near


def test_a_second_step_follows_only_the_notes_at_its_nodes(graph):
    scene = neighborhood(graph["M54.50"], depth=2)
    items = {item.key: item for item in scene.items}
    for item in scene.items:
        if item.role == Role.CHILD:
            assert items[item.brought_by].role in (Role.CENTER, Role.CHILD)
        elif item.role != Role.ANCESTOR:
            assert item.key == "code:M54.50" or item.brought_by in items


def test_a_picture_that_is_full_counts_what_is_dropped(graph):
    scene = neighborhood(graph["S52"], depth=9, relations=["parent"])
    below = {key_of(node) for node in graph["S52"].descendants}
    assert set(keys(with_role(scene, Role.CHILD))) <= below
    assert len(scene.items) == LIMIT
    assert scene.dropped > 0
    assert f"{scene.dropped:,} more" in summary(scene)


def test_relations_narrow_the_picture():
    scene = neighborhood(toy()["M54.50"], relations=["excludes1"])
    assert set(scene.counts) == {Relation.EXCLUDES1}
    ancestors = keys(with_role(scene, Role.ANCESTOR))
    assert ancestors == ["category:M54", "subcategory:M54.5"]


def test_without_inherited_notes_only_own_ones_are_drawn():
    scene = neighborhood(toy()["M54.50"], inherited=False)
    assert set(scene.counts) == {Relation.PARENT, Relation.SYNONYM}
    assert scene.codeless == ()
    own = neighborhood(toy()["M54"], inherited=False)
    assert keys(with_role(own, Role.NAMED)) == ["code:F45.41"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"relations": ["never"]}, "'never'.*excludes1"),
        ({"relations": []}, "''.*excludes1"),
        ({"depth": -1}, "depth -1"),
        ({"layout": "circle"}, "'circle'.*radial"),
    ],
)
def test_invalid_options_are_named(options, message):
    with pytest.raises(ParseError, match=message):
        toy().draw("M54.50", **options)


def test_unknown_code_and_no_code_are_errors():
    with pytest.raises(UnknownCode):
        toy().draw("X99.9")
    with pytest.raises(ParseError, match="at least one code"):
        toy().draw()


def test_every_relation_has_a_look_of_its_own():
    assert set(LOOKS) == set(Relation)
    assert len({look.color for look in LOOKS.values()}) == len(Relation)
    # Solid are the tree, which is gray and has no arrows, and Excludes1.
    assert len({look.dashes for look in LOOKS.values()}) == len(Relation) - 1
    assert all(
        re.fullmatch("#[0-9A-F]{6}", look.color, re.I) for look in LOOKS.values()
    )
