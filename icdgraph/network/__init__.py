"""The graph as a network: for networkx and igraph, as files, and its algorithms.

    network         `Network`: all graph algorithms, reached as ``g.network``
    paths, cycles, centrality, groups, cross_chapter
                    one algorithm each, and the records it answers with
    weights         notes as weights
    selection       which nodes and edges make a network
    attributes      what nodes and edges carry
    networkx_graph  the network for networkx
    igraph_graph    the network for igraph
    files           GraphML, GEXF and node-link JSON

networkx, scipy and igraph are imported where they are used.
"""

from icdgraph.network.igraph_graph import to_igraph
from icdgraph.network.network import Network
from icdgraph.network.networkx_graph import to_networkx

__all__ = ["Network", "to_igraph", "to_networkx"]
