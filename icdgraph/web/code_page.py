"""The page of a node: its card, its picture, and its identifiers.

The facts are those of `icdgraph.explain.card`, in the same order, and the picture is
that of `icdgraph.draw`.  Every code in the picture links to its page, and "+38 more" to
the section of the page that lists all of them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from icdgraph.codes import compact
from icdgraph.draw.layout import layout, route
from icdgraph.draw.neighborhood import neighborhood
from icdgraph.draw.scene import Role
from icdgraph.draw.scene_svg import linked_svg
from icdgraph.explain.card import Card
from icdgraph.rdf.vocabulary import FHIR_SYSTEM, iri_of
from icdgraph.web.addresses import address, billable_below

if TYPE_CHECKING:
    from icdgraph.draw.scene import Item
    from icdgraph.graph import Node


def code_page(node: Node) -> dict[str, Any]:
    """Return the variables of the template of the page of *node*."""
    card = Card(node)
    return {
        "card": card,
        "node": node,
        "has_filler": has_filler(node),
        "billable_below": billable_below(node),
        "picture": picture(card),
        "identifiers": identifiers(node),
    }


def picture(card: Card) -> Markup:
    """Return the picture of the node of *card*, as SVG with links.

    It is the only markup that pages do not escape: `icdgraph.draw.svg` escapes all text
    in it.
    """
    scene = neighborhood(card.node)
    address_of = partial(_address_in_page, card)
    return Markup(linked_svg(scene, layout(scene), route(scene), address_of))


def _address_in_page(card: Card, item: Item) -> str:
    """Return the address of the node of *item*, or of the section that lists it."""
    if item.node:
        return address(item.node)
    if item.role == Role.SYNONYM:
        return ""
    for heading in (section.heading for section in card.sections):
        kinds = heading.kinds if item.role == Role.NAMED else heading.naming
        if item.relation.note_kind in kinds:
            return f"#{heading.key}"
    return ""


def has_filler(node: Node) -> bool:
    """Return True if an X in the code of *node* is a placeholder."""
    filled = node.made_by is not None and "X" in compact(node.code)[3:6]
    return filled or node.is_placeholder


def identifiers(node: Node) -> dict[str, str]:
    """Return the names of *node* in other systems."""
    names = {"IRI": iri_of(node.code), "CURIE": f"ICD10CM:{node.code}"}
    if node.graph.is_code(node.number):
        names["FHIR"] = f"{FHIR_SYSTEM}|{node.code}"
        names["On claims"] = compact(node.code)
    return names
