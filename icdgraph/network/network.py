"""Graph algorithms over a release, reached as ``g.network``.

networkx does the work.  Each answer is a list of small records with codes and titles;
``pandas.DataFrame(answer)`` makes a table of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.coding.note_edges import NOTE_RELATIONS
from icdgraph.errors import IcdGraphError
from icdgraph.model import Kind, Relation
from icdgraph.network import centrality, cycles, groups, paths
from icdgraph.network.selection import Selection, relations_of
from icdgraph.network.weights import weighted

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

    from icdgraph.graph import Graph, Node


class Network:
    """Questions about the graph as a network of nodes.

    *relations* are names of `Relation`, by default all that notes state between codes.
    *under* restricts a question to the edges with an end at or below one node.  Every
    note weighs one, shared equally by its edges, so that a note naming 704 nodes does
    not outweigh a chapter.  *group_by* is a `Kind`: nodes are then replaced by, for
    example, their category.

    Raises `IcdGraphError` for an invalid option, `UnknownCode` and `ParseError`.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._undirected: dict[tuple[Relation, ...], nx.Graph] = {}

    def paths(
        self,
        a: str | Node,
        b: str | Node,
        relations: Iterable[str] | None = None,
        limit: int | None = 10,
    ) -> list[paths.PathStep]:
        """Return the shortest paths from *a* to *b* step by step, at most *limit*.

        By default paths go along ``parent`` edges and notes, in either direction.

        >>> from icdgraph.toy import toy
        >>> for step in Network(toy().core).paths("M54.5", "F45.41"):
        ...     step.source, step.relation, step.target, step.note
        ('M54.5', 'parent', 'M54', None)
        ('M54', 'excludes1', 'F45.41', 'psychogenic dorsalgia (F45.41)')
        """
        if limit is not None and limit < 0:
            raise IcdGraphError(f"invalid limit {limit!r}: expected 0 or more, or None")
        graph, chosen = self._graph, relations_of(relations)
        if chosen not in self._undirected:
            self._undirected[chosen] = paths.undirected(Selection(graph, chosen))
        ends = graph.number_of(a), graph.number_of(b)
        return paths.shortest_paths(graph, self._undirected[chosen], *ends, limit)

    def cycles(self, longest: int = 3) -> list[cycles.CycleStep]:
        """Return the cycles of *code first* and *use additional code* notes.

        At most *longest* notes make a cycle; their number grows fast with it.

        >>> from icdgraph.toy import toy
        >>> Network(toy().core).cycles()
        []
        """
        return cycles.cycles(self._graph, longest)

    def centrality(
        self,
        measure: str = "pagerank",
        relations: Iterable[str] = NOTE_RELATIONS,
        under: str | Node | None = None,
        group_by: Kind | str | None = None,
    ) -> list[centrality.CentralNode]:
        """Return the nodes that notes connect, the most central first.

        *measure* is ``pagerank`` (S. Brin and L. Page, "The anatomy of a large-scale
        hypertextual web search engine", Computer Networks 30, 1998), ``in-degree`` (how
        many nodes have a note that names it), ``out-degree`` (how many nodes its notes
        name) or ``degree``, their sum.

        >>> from icdgraph.toy import toy
        >>> [node.code for node in Network(toy().core).centrality()[:2]]
        ['F45.41', 'G89']
        """
        network = self._notes(relations, under, group_by)
        return centrality.ranked(self._graph, network, measure)

    def communities(
        self,
        relations: Iterable[str] = NOTE_RELATIONS,
        under: str | Node | None = None,
        group_by: Kind | str | None = Kind.CATEGORY,
        resolution: float = 1.0,
        seed: int = 0,
    ) -> list[groups.NodeGroup]:
        """Return the communities of nodes, the largest first, by the Louvain method.

        The same *seed* gives the same communities in every process, another seed
        others of about the same quality.  A *resolution* above 1 gives smaller ones.

        >>> from icdgraph.toy import toy
        >>> [group.codes for group in Network(toy().core).communities()]
        [('M51', 'M54', 'S39'), ('F45', 'G89')]
        """
        network = self._notes(relations, under, group_by)
        return groups.communities(self._graph, network, resolution, seed)

    def components(
        self,
        relations: Iterable[str] = (Relation.EXCLUDES1,),
        under: str | Node | None = None,
        group_by: Kind | str | None = Kind.CATEGORY,
    ) -> list[groups.NodeGroup]:
        """Return the components that notes connect, by default Excludes1 notes.

        Nodes without such a note are in no component.

        >>> from icdgraph.toy import toy
        >>> [group.codes for group in Network(toy().core).components()]
        [('F45', 'M51', 'M54', 'S39')]
        """
        network = self._notes(relations, under, group_by)
        return groups.components(self._graph, network)

    def weighted(
        self,
        relations: Iterable[str] = NOTE_RELATIONS,
        under: str | Node | None = None,
        group_by: Kind | str | None = None,
    ) -> nx.DiGraph:
        """Return the notes as a networkx graph of codes whose edges have a ``weight``.

        >>> from icdgraph.toy import toy
        >>> network = Network(toy().core).weighted(group_by="category")
        >>> network.edges["G89", "M54"]["weight"]
        2.0
        """
        import networkx as nx

        network = self._notes(relations, under, group_by)
        return nx.relabel_nodes(network, {n: self._graph.codes[n] for n in network})

    def _notes(
        self,
        relations: Iterable[str],
        under: str | Node | None,
        group_by: Kind | str | None,
    ) -> nx.DiGraph:
        return weighted(Selection(self._graph, relations, under), group_by)

    def __repr__(self) -> str:
        return f"<Network of ICD-10-CM {self._graph.version}>"
