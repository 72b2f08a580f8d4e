"""The graph as a network: for networkx and igraph, as files, and its algorithms.

    network         `Network`: all graph algorithms, reached as ``g.network``
    paths, cycles, centrality, groups
                    one algorithm each, and the records it answers with
    weights         notes as weights
    selection       which nodes and edges make a network
    attributes      what nodes and edges carry
    conflicts       the network of groups of codes that conflict alike
    content         either network, from the options that all outlets take
    networkx_graph  the network for networkx
    igraph_graph    the network for igraph
    files           GraphML, GEXF and node-link JSON

networkx and igraph are imported where they are used.
"""

from icdgraph.network.network import Network

__all__ = ["Network"]
