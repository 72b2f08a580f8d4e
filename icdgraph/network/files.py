"""Networks as files: GraphML, GEXF and node-link JSON, written piece by piece.

    graphml    for igraph, yEd, Cytoscape, networkx
    gexf       for Gephi, networkx
    nodelink   for D3 and other programs in JavaScript, networkx

networkx has writers of its own.  They hold the whole document in memory (1 GB), write
the current day into GEXF, and give parallel edges the same id in GraphML.  What is
written here depends on the release alone, and networkx reads it back as `to_networkx`
made it: with relations as the keys of edges, which GraphML keeps as an attribute
because an id may occur only once.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from icdgraph.errors import IcdGraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from icdgraph.network.attributes import Attributes
    from icdgraph.network.content import Content

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
GRAPHML = "http://graphml.graphdrawing.org/xmlns"
GEXF = "http://www.gexf.net/1.2draft"
KEY = "networkx_key"
"""The attribute in which networkx keeps the key of an edge in GEXF."""

_XML_TYPES = {str: "string", int: "long", bool: "boolean", tuple: "string"}
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NetworkFormat(NamedTuple):
    """The writer of a format, the suffix of its files, and its media type."""

    write: Callable[[Content], Iterator[str]]
    ending: str
    media_type: str


def pieces(network: Content, form: str) -> Iterator[str]:
    """Yield *network* in the format *form*, a key of `FORMATS`.

    Raises `IcdGraphError` for an unknown format.

    >>> from icdgraph.network.content import content
    >>> from icdgraph.toy import toy
    >>> "".join(pieces(content(toy().core), "graphml")).count("<node ")
    40
    """
    if form not in FORMATS:
        known = ", ".join(FORMATS)
        raise IcdGraphError(f"unknown network format {form!r}. Choose from: {known}")
    return FORMATS[form].write(network)


# GraphML: http://graphml.graphdrawing.org/specification.html


def graphml(network: Content) -> Iterator[str]:
    """Yield *network* as GraphML."""
    fields: dict[str, dict[str, type]] = {
        "graph": dict.fromkeys(network.about, str),
        "node": network.node_fields,
        "edge": network.edge_fields | ({"key": str} if network.is_directed else {}),
    }
    yield f'{HEAD}<graphml xmlns="{GRAPHML}">\n'
    for of, kinds in fields.items():
        for field, kind in kinds.items():
            name = f'id="{of}.{field}" for="{of}" attr.name="{field}"'
            yield f'<key {name} attr.type="{_XML_TYPES[kind]}"/>\n'
    yield f'<graph edgedefault="{_direction(network)}">\n'
    yield f"{_graphml_data('graph', network.about)}\n"
    for name, values in network.nodes():
        yield f"<node id={_attribute(name)}>{_graphml_data('node', values)}</node>\n"
    for source, target, values in network.edges():
        ends = f"source={_attribute(source)} target={_attribute(target)}"
        data = _graphml_data("edge", values | _key(network, values, "key"))
        yield f"<edge {ends}>{data}</edge>\n"
    yield "</graph>\n</graphml>\n"


def _graphml_data(of: str, values: Attributes) -> str:
    return "".join(
        f'<data key="{of}.{field}">{_text(value)}</data>'
        for field, value in values.items()
    )


# GEXF: https://gexf.net/1.2/gexf-12draft-primer.pdf


def gexf(network: Content) -> Iterator[str]:
    """Yield *network* as GEXF."""
    title = network.about["name"]
    description = f"{title}, release {network.about['release']}"
    yield f'{HEAD}<gexf xmlns="{GEXF}" version="1.2">\n'
    yield f"<meta><description>{_text(description)}</description></meta>\n"
    direction = _direction(network)
    yield f'<graph defaultedgetype="{direction}" name={_attribute(title)}>\n'
    keys = {KEY: str} if network.is_directed else {}
    fields = {"node": network.node_fields, "edge": network.edge_fields | keys}
    for of, kinds in fields.items():
        yield f'<attributes class="{of}">\n'
        for field, kind in kinds.items():
            name = f'id="{field}" title="{field}"'
            yield f'<attribute {name} type="{_XML_TYPES[kind]}"/>\n'
        yield "</attributes>\n"
    yield "<nodes>\n"
    for name, values in network.nodes():
        ident = _attribute(name)
        yield f"<node id={ident} label={ident}>{_gexf_values(values)}</node>\n"
    yield "</nodes>\n<edges>\n"
    for number, (source, target, values) in enumerate(network.edges()):
        ends = f"source={_attribute(source)} target={_attribute(target)}"
        data = _gexf_values(values | _key(network, values, KEY))
        yield f'<edge id="{number}" {ends}>{data}</edge>\n'
    yield "</edges>\n</graph>\n</gexf>\n"


def _gexf_values(values: Attributes) -> str:
    data = (
        f'<attvalue for="{field}" value={_attribute(value)}/>'
        for field, value in values.items()
    )
    return f"<attvalues>{''.join(data)}</attvalues>"


# Node-link JSON, as networkx.node_link_graph(document, edges="edges") reads it


def nodelink(network: Content) -> Iterator[str]:
    """Yield *network* as node-link JSON, one node or edge per line."""
    kind = _json(network.is_directed)
    yield f'{{"directed": {kind}, "multigraph": {kind}, '
    yield f'"graph": {_json(network.about)},\n"nodes": ['
    yield from _listed({"id": name} | values for name, values in network.nodes())
    yield '\n],\n"edges": ['
    yield from _listed(
        {"source": source, "target": target} | _key(network, values, "key") | values
        for source, target, values in network.edges()
    )
    yield "\n]}\n"


def _listed(records: Iterable[Attributes]) -> Iterator[str]:
    for number, record in enumerate(records):
        yield f"{',' if number else ''}\n{_json(record)}"


FORMATS: dict[str, NetworkFormat] = {
    "graphml": NetworkFormat(graphml, "graphml", "application/graphml+xml"),
    "gexf": NetworkFormat(gexf, "gexf", "application/gexf+xml"),
    "nodelink": NetworkFormat(nodelink, "json", "application/json"),
}


def _direction(network: Content) -> str:
    return "directed" if network.is_directed else "undirected"


def _key(network: Content, values: Attributes, name: str) -> Attributes:
    """Return the key of an edge under *name*; an undirected network has none."""
    return {name: values["relation"]} if network.is_directed else {}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _text(value: object) -> str:
    """Return *value* as the content of an XML element."""
    return escape(_plain(value), {"\r": "&#13;"})


def _attribute(value: object) -> str:
    """Return *value* as an XML attribute, in quotes."""
    return quoteattr(_plain(value))


def _plain(value: object) -> str:
    """Return *value* as text, with U+FFFD for characters that XML does not allow."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        value = " ".join(value)
    return _NOT_XML.sub("\ufffd", str(value))
