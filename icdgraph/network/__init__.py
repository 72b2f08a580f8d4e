"""The graph as a network: for networkx and igraph, as files, and answers about it.

    links         which edges there are, from where to where, and the names of nodes
    attributes    what is said at nodes and edges
    digraph       the graph for networkx
    igraphs       the graph for igraph
    files         GraphML, GEXF and node-link JSON
    votes         notes as weights: one note, one vote
    centrality    PageRank, degrees by relation
    communities   nodes that notes hold together, and pieces that no note joins
    sequence      what goes first, and which notes follow which
    cycles        circles of what goes first
    bridges       notes that lead from chapter to chapter
    paths         steps from node to node, up and down the tree and along notes
    chains        the notes that join two nodes, and the shortest chains of notes
    why           how two codes are connected, in sentences
    audit         what the classification gets wrong or leaves open

Nothing of networkx, scipy or igraph is imported before it is used.  Every answer is a
list of records, which ``pandas.DataFrame`` takes as they are.
"""

from icdgraph.network.bridges import Bridge, Bridgehead, bridgeheads, bridges
from icdgraph.network.centrality import Degree, Rank, degrees, pagerank
from icdgraph.network.communities import Group, communities, pieces
from icdgraph.network.cycles import Knot, Step, cycles, knots
from icdgraph.network.digraph import to_networkx
from icdgraph.network.igraphs import to_igraph

__all__ = [
    "Bridge",
    "Bridgehead",
    "Degree",
    "Group",
    "Knot",
    "Rank",
    "Step",
    "bridgeheads",
    "bridges",
    "communities",
    "cycles",
    "degrees",
    "knots",
    "pagerank",
    "pieces",
    "to_igraph",
    "to_networkx",
]
