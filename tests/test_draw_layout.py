"""The layouts: boxes hold their text, do not overlap, and are the same every time."""

import pytest
from test_draw_neighborhood import NODES, PICTURES, scene_of

from icdgraph import Kind
from icdgraph.draw.boxes import MANY
from icdgraph.draw.layout import LAYOUTS, layout
from icdgraph.draw.neighborhood import neighborhood


def overlapping(boxes):
    """Return the pairs of *boxes* that overlap; sorted, so that few are compared."""
    pairs, above = [], []
    for box in sorted(boxes, key=lambda box: box.y - box.height / 2):
        top = box.y - box.height / 2
        above = [other for other in above if other.y + other.height / 2 >= top]
        pairs += [(other.key, box.key) for other in above if other.overlaps(box)]
        above.append(box)
    return pairs


def test_no_two_boxes_overlap_around_one_node(graph):
    nodes = [*graph.nodes(Kind.CHAPTER), *list(graph.nodes())[::499]]
    nodes += [graph[c] for c in (*NODES, "T88.7", "K43.6", "G31", "S15.0", "T45.1X5")]
    for node in nodes:
        assert overlapping(layout(neighborhood(node))) == [], node


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_two_boxes_overlap_in_any_layout(graph, name):
    for codes, options in PICTURES:
        scene = scene_of(graph, codes, options)
        boxes = layout(scene, name)
        assert {b.key for b in boxes if b.item} == {item.key for item in scene.items}
        assert overlapping(boxes) == []


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_same_scene_gets_the_same_layout(graph, name):
    scene = neighborhood(graph["M54.50"], graph["F45.41"])
    assert layout(scene, name) == layout(scene, name)


def test_boxes_hold_whole_titles(graph):
    for code in NODES:
        for box in layout(neighborhood(graph[code])):
            if box.item:
                label = box.item.label.replace(" ", "")
                assert "".join(box.lines).replace(" ", "") == label


def test_large_pictures_show_codes_alone(graph):
    scene = neighborhood(graph["S52"], depth=2)
    assert len(scene.items) > MANY
    box = next(b for b in layout(scene) if b.key == "subcategory:S52.0")
    assert box.lines == ("S52.0",)
