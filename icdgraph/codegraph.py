"""The graph that users hold: a façade over the core and all its views.

    g["M54.50"], g.nodes, g.notes, ...          nodes
    g.subsumes, g.lca, g.excludes1, ...         how two stand to each other
    g.search, g.codes, g.check, g.why, ...      what the views answer
    g.draw, g.sparql, g.to_networkx, ...        pictures, queries, other libraries
    g.arrays, g.network                         groups of questions of one kind

Every answer is given by a room below; what is written here is how to ask.  A view and
its libraries are imported when they are asked, so that to load a graph and look a code
up costs neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from icdgraph.errors import ParseError
from icdgraph.graph import Edge, Graph, Node, Note
from icdgraph.graph.nodes import html
from icdgraph.notebook import cards as _cards  # noqa: F401  (fills html)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import igraph
    import networkx as nx
    import numpy as np
    import rdflib
    from numpy.typing import NDArray

    from icdgraph.audit import AuditResult
    from icdgraph.check import Checker, Companions, Findings, Order
    from icdgraph.check.table import TableFindings
    from icdgraph.codesets import CodeSet
    from icdgraph.coverage import Coverage
    from icdgraph.draw.overview import Overview
    from icdgraph.draw.picture import Picture
    from icdgraph.explain.why import Why
    from icdgraph.graph.edition import Edition
    from icdgraph.model import Kind, NoteKind, Relation
    from icdgraph.network import Network
    from icdgraph.progress import Progress
    from icdgraph.rdf.results import Answer
    from icdgraph.search import SearchResults
    from icdgraph.similarity.information import CodeCounts
    from icdgraph.similarity.similarity import Similarity, SimilarNode


class CodeGraph(Mapping[str, Node]):
    """The classification of one release as a typed graph.

    As a mapping it holds the categories, subcategories and codes by code, in the order
    of the book; a key may be written in any of the ways people write codes, or be the
    range of a section or chapter.  It never changes, so that several releases can live
    side by side.

    >>> from icdgraph.toy import toy
    >>> g = toy()
    >>> g["m5450"]
    <code M54.50 'Low back pain, unspecified'>
    >>> g.subsumes("M54", "M54.50"), g.lca("M54.50", "M51.26").code
    (True, 'M50-M54')
    """

    def __init__(self, core: Graph) -> None:
        self.core = core
        """The graph below the views, for code that asks by number."""

    def __reduce__(self) -> tuple[type[CodeGraph], tuple[Graph]]:
        """Return what is pickled: the core; views are opened again."""
        return CodeGraph, (self.core,)

    @property
    def edition(self) -> Edition:
        """Which release this is: its version, effective date, file and digest."""
        return self.core.edition

    @property
    def version(self) -> str:
        """The version printed in the release, a year such as ``2026``."""
        return self.core.version

    # Finding nodes

    def __getitem__(self, key: str | Node) -> Node:
        """Return the node that *key* names.

        *key* is a code in any spelling, the range of a section or chapter, or
        ``chapter 13``.  B99 is the category and ``B99-B99`` the section.  Raises
        `UnknownCode` and `ParseError`, which are both `KeyError`.

        >>> from icdgraph.toy import toy
        >>> toy()["m50 - m54"].kind
        <Kind.SECTION: 'section'>
        """
        return self.core[key]

    def get(self, key: object, default: Any = None) -> Any:
        """Return the node that *key* names, *default* where there is none."""
        return self.core.get(key, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self.core)

    def __len__(self) -> int:
        return len(self.core)

    def __contains__(self, key: object) -> bool:
        return key in self.core

    def section(self, name: str) -> Node:
        """Return the section *name*: ``B99-B99`` or ``B99``.  Raises `UnknownCode`."""
        return self.core.section(name)

    def chapter(self, name: int | str) -> Node:
        """Return the chapter *name*: 13 or ``M00-M99``.  Raises `UnknownCode`."""
        return self.core.chapter(name)

    def nearest(self, text: str, limit: int = 5) -> Sequence[str]:
        """Return the *limit* codes that *text* is most likely a misspelling of."""
        return self.core.nearest(text, limit)

    def nodes(self, *kinds: Kind) -> Iterator[Node]:
        """Yield all nodes in the order of the book, of *kinds* where given."""
        return self.core.nodes(*kinds)

    def notes(self, *kinds: NoteKind) -> Iterator[Note]:
        """Yield all notes in the order of the book, of *kinds* where given."""
        return self.core.notes(*kinds)

    def edges(self, *relations: Relation) -> Iterator[Edge]:
        """Yield all edges, of *relations* where given, by source in book order."""
        return self.core.edges(*relations)

    # How two nodes stand to each other

    def subsumes(self, a: str | Node, b: str | Node) -> bool:
        """Return True if *b* is *a* or below it."""
        return self.core.subsumes(a, b)

    def lca(self, a: str | Node, b: str | Node) -> Node | None:
        """Return the lowest node that subsumes both, None in different chapters."""
        return self.core.lca(a, b)

    def distance(self, a: str | Node, b: str | Node) -> int:
        """Return the number of steps between two nodes in the tree and its root."""
        return self.core.distance(a, b)

    def excludes1(self, a: str | Node, b: str | Node) -> tuple[Note, ...]:
        """Return the Excludes1 notes that keep *a* and *b* apart, if there are any.

        Two codes conflict when an Excludes1 note applies to one and names the other
        (Official Guidelines I.A.12.a, which excepts conditions that are unrelated).
        """
        return self.core.excludes1(a, b)

    @cached_property
    def arrays(self) -> Arrays:
        """The same for whole arrays of codes: ``g.arrays.subsumes(a, b)``."""
        return Arrays(self.core)

    @cached_property
    def network(self) -> Network:
        """Graph algorithms: paths, cycles, centrality, communities, components.

        >>> from icdgraph.toy import toy
        >>> [group.codes for group in toy().network.communities()]
        [('M51', 'M54', 'S39'), ('F45', 'G89')]
        """
        from icdgraph.network import Network

        return Network(self.core)

    # Views

    @property
    def _checker(self) -> Checker:
        from icdgraph.check import checker_of

        return checker_of(self.core)

    def check(
        self,
        codes: Iterable[str | Node],
        *,
        principal: str | None = None,
        setting: str | None = None,
        age: str | float | None = None,
        sex: str | None = None,
        rules: Iterable[str] | None = None,
        notes: bool = False,
        words: bool = False,
        mce: bool = False,
        discharge: str | date | None = None,
    ) -> Findings:
        """Return what is wrong with the codes of one encounter: errors and warnings.

        *codes* are in the order of the claim, the first-listed one first, or
        *principal*; *setting* is ``inpatient`` or ``outpatient``, *age* years or
        ``8d``, *sex* ``F`` or ``M``.  *rules* narrows the check (``["E", "W2"]``),
        *notes* adds what is worth a look, *words* notes that name no code, *mce* the
        edits of Medicare's Code Editor on the day of *discharge* (extra ``mce``).
        Unknown codes are findings.  Raises `ParseError` and `MissingExtra`.

        >>> from icdgraph.toy import toy
        >>> [finding.rule for finding in toy().check(["M54.50", "F45.41", "M54.5"])]
        ['E102', 'E201', 'E201']
        """
        return self._checker.check(
            _listed(codes),
            principal=principal,
            setting=setting,
            age=age,
            sex=sex,
            rules=rules,
            notes=notes,
            words=words,
            mce=mce,
            discharge=discharge,
        )

    def proof(self, findings: Findings) -> dict[str, Any]:
        """Return *findings* as JSON-LD: codes, notes verbatim, release and digest.

        >>> from icdgraph.toy import toy
        >>> toy().proof(toy().check(["M54.50", "F45.41"]))["codes"]
        ['M54.50', 'F45.41']
        """
        from icdgraph.export.proof import proof

        return proof(self.core, findings)

    def letter(self, findings: Findings, to: str = "payer") -> str:
        """Return *findings* as a letter in Markdown, to a ``payer`` or a ``provider``.

        >>> from icdgraph.toy import toy
        >>> toy().letter(toy().check(["M54.50"]), "provider").split(chr(10))[0]
        'To: [name of the provider]'
        """
        from icdgraph.check.letter import letter

        return letter(self.core, findings, to)

    def check_table(
        self,
        data: Any,
        *,
        encounter: str | None = None,
        code: str | Sequence[str],
        order: str | None = None,
        setting_column: str | None = None,
        age_column: str | None = None,
        sex_column: str | None = None,
        delimiter: str | None = None,
        encoding: str = "utf-8",
        output: str | Path | None = None,
        details: bool = False,
        keep: bool = True,
        progress: Progress | None = None,
        **options: Any,
    ) -> TableFindings:
        """Return what is wrong with all encounters of a table, of any size.

        *data* is a path (CSV, Parquet, a folder of Parquet), a polars or pandas frame,
        a DuckDB relation, or a pyarrow table, reader or dataset.  *code* is the column
        of codes, several columns, or a pattern (``dx*``); *encounter* that of encounter
        ids, by default each row is one; *order* that of the positions of codes.

        *delimiter* and *encoding* are those of a CSV.  Findings go to *output*, a
        .parquet, .csv or .jsonl file, or are returned, or only counted if not *keep*;
        *details* adds their text.  *options* are *rules*, *setting*, *age*, *sex* and
        *severity* as in ``icdgraph check``.  Raises `MissingExtra` and `ParseError`.

        >>> import pyarrow as pa
        >>> from icdgraph.toy import toy
        >>> visits = pa.table({"id": [1, 1, 2], "dx": ["M5450", "F4541", "M5441"]})
        >>> found = toy().check_table(visits, encounter="id", code="dx", rules=["E"])
        >>> found.findings.select(["encounter", "rule", "code", "other"]).to_pylist()
        [{'encounter': 1, 'rule': 'E201', 'code': 'M54.50', 'other': 'F45.41'}]
        """
        from icdgraph.check import table
        from icdgraph.check.source import table_source
        from icdgraph.check.table_columns import TableColumns
        from icdgraph.notebook.progress import in_notebook

        return table.check_table(
            self._checker,
            table_source(data, delimiter=delimiter, encoding=encoding),
            TableColumns(
                encounter, code, order, setting_column, age_column, sex_column
            ),
            table.CheckOptions(**options),
            table.OutputOptions(output, details, keep),
            progress or in_notebook(),
        )

    def order(self, codes: Iterable[str | Node]) -> Order:
        """Return a valid order of *codes*, as near as can be to the one given.

        Only codes in the wrong place are moved.  Raises `UnknownCode`.

        >>> from icdgraph.toy import toy
        >>> toy().order(["M54.50", "G89.4"]).codes
        ('M54.50', 'G89.4')
        """
        return self._checker.order(_listed(codes))

    def may_go_with(self, code: str) -> Companions:
        """Return the notes on what may, must and must not be coded with *code*.

        >>> from icdgraph.toy import toy
        >>> [note.owner.code for note in toy().may_go_with("M54.50").may]
        ['G89', 'G89']
        """
        return self._checker.companions(code)

    def codes(
        self, expression: str | Iterable[str | Node], *, patterns: bool = True
    ) -> CodeSet:
        """Return the set of codes that match *expression*, or that a list names.

        In a text, a code includes all codes below it; in a list, it is that code alone.
        `icdgraph.codesets.grammar` defines the language.  Without *patterns*, regular
        expressions are refused.  Raises `ParseError` and `UnknownCode`.

        >>> from icdgraph.toy import toy
        >>> list(toy().codes("M54 except M54.5 and billable"))
        ['M54.2', 'M54.41', 'M54.42']
        """
        from icdgraph.codesets import codeset

        return codeset(self.core, expression, patterns=patterns)

    def why(
        self,
        a: str | Node,
        b: str | Node,
        *,
        limit: int | None = 5,
        through: bool | None = None,
    ) -> Why:
        """Return how *a* and *b* are connected, in the tree and by notes.

        The answer has all notes between the two, at most *limit* notes between parts
        of them, and at most *limit* chains of notes through other nodes.  *through* is
        whether to look for chains, by default only if no note connects the two.

        >>> from icdgraph.toy import toy
        >>> answer = toy().why("M54.50", "F45.41")
        >>> answer.lca, answer.paths[0].notes[0].owner.code
        (None, 'M54')
        """
        from icdgraph.explain.why import why

        return why(self.core, self.core[a], self.core[b], limit, through)

    def audit(self, *checks: str) -> tuple[AuditResult, ...]:
        """Return contradictions and gaps in the classification, a result per check.

        *checks* are ids such as ``C101``, by default all.  Raises `ParseError`.

        >>> from icdgraph.toy import toy
        >>> toy().audit("C401")
        (<AuditResult C401 A reference to a code that does not exist: 2 cases>,)
        """
        from icdgraph.audit import audit

        return audit(self.core, checks)

    def coverage(self, order: str | Path | None = None) -> Coverage:
        """Return what was read of the release: counts of nodes and notes, and problems.

        *order* is the path of an order file to compare with.  Raises `DamagedRelease`.

        >>> from icdgraph.toy import toy
        >>> toy().coverage()
        <Coverage of ICD-10-CM 2026: 39 nodes, 12 notes that refer to codes>
        """
        from icdgraph.coverage import coverage

        return coverage(self.core, order)

    def draw(
        self,
        *codes: str | Node,
        depth: int = 1,
        relations: Iterable[str] | None = None,
        inherited: bool = True,
        layout: str = "tree",
        physics: bool = False,
    ) -> Picture:
        """Return a picture of *codes* and what is around them, a pyvis network.

        It has *depth* levels below, and *depth* steps along notes.  *relations* are
        those to draw, by default all; *inherited* adds inherited notes; *layout* is
        ``tree``, ``radial`` or ``force``; with *physics*, boxes move.  A notebook shows
        it, and its method ``write`` makes an .html, .svg or .png file.  Raises
        `ParseError` and `UnknownCode`.

        >>> from icdgraph.toy import toy
        >>> net = toy().draw("M54.50", "F45.41", relations=["parent", "excludes1"])
        >>> net.get_node("code:M54.50")["role"], net.get_node("code:F45.41")["role"]
        ('center', 'center')
        """
        from icdgraph.draw import draw

        return draw(
            *(self.core[code] for code in codes),
            depth=depth,
            relations=relations,
            inherited=inherited,
            layout=layout,
            physics=physics,
        )

    def overview(
        self,
        kind: str = "treemap",
        counts: CodeCounts | None = None,
        relations: Iterable[str] | None = None,
    ) -> Overview:
        """Return a picture of the whole: a ``treemap``, ``sunburst`` or ``matrix``.

        The first two show chapters and categories by their number of billable codes, or
        by *counts*, a mapping from code to number such as a pandas Series.  The matrix
        shows how many notes of *relations*, by default exclusions, lead from chapter to
        chapter.  It is shown and written like `draw`.  Raises `ParseError`.

        >>> from icdgraph.toy import toy
        >>> toy().overview("sunburst", {"M54.50": 3}).about
        '3 counted in 1 category.'
        """
        from icdgraph.draw.overview import overview

        return overview(self.core, kind, counts, relations)

    def sparql(
        self,
        text: str | None = None,
        *,
        name: str | None = None,
        endpoint: str | None = None,
        timeout: float | None = None,
        limit: int | None = None,
        graphs: Sequence[str] = (),
        **parameters: object,
    ) -> Answer:
        """Return the answer to a SPARQL query: a `Table`, `Triples` or a bool.

        Give a query as *text*, with the usual prefixes predefined, or the *name* of a
        named query and its *parameters*.  *endpoint* is the URL of a SPARQL endpoint to
        query instead of the store in the cache, and *graphs* are its named graphs to
        query; *limit* is in rows.  With *timeout*, in seconds, the query is stopped
        after that time, or if it needs more than 2 GB; without it, nothing stops it.
        Raises `QueryError`.

        >>> from icdgraph.toy import toy
        >>> toy().sparql("SELECT ?code { ICD10CM:M54 ig:excludes1 ?code }")
        code
        --------------
        ICD10CM:F45.41
        [1 row]
        """
        from icdgraph.notebook.progress import in_notebook
        from icdgraph.rdf import ask

        progress = in_notebook()
        return ask(
            self.core,
            text,
            name,
            endpoint,
            timeout,
            limit,
            parameters,
            progress,
            graphs,
        )

    def search(
        self,
        text: str,
        limit: int = 10,
        under: str | Node | None = None,
        kind: Kind | str | Iterable[Kind | str] | None = None,
        billable: bool | None = None,
        *,
        prefix: bool = False,
    ) -> SearchResults:
        """Return the *limit* nodes that *text* most likely means, the best first.

        *text* is a code, the start of a code, or words, also misspelled, British or
        abbreviated ones.  *under* restricts the results to a node and what is below it,
        *kind* to nodes of one or several kinds, *billable* to billable codes or to
        headers.  With *prefix*, the last word is incomplete.  Raises `ParseError` and
        `UnknownCode`.

        >>> from icdgraph.toy import toy
        >>> toy().search("lumbago", limit=1)
        M54.50*  Low back pain, unspecified    [synonym: Lumbago NOS]
        """
        from icdgraph.search import search

        return search(self.core, text, limit, under, kind, billable, prefix)

    def to_rdflib(self) -> rdflib.Graph:
        """Return an rdflib graph over the same store, without copying it."""
        from icdgraph.rdf.rdflib_graph import to_rdflib

        return to_rdflib(self.core)

    def to_networkx(
        self,
        relations: Iterable[str] | None = None,
        under: str | Node | None = None,
        inherited: bool = False,
        multi: bool = True,
        isolated: bool = False,
    ) -> nx.MultiDiGraph | nx.DiGraph | nx.Graph:
        """Return a networkx graph whose nodes are codes: ``M54.50``, ``M50-M54``.

        *relations* are those of its edges, by default all but ``synonym``; with
        ``conflicts``, it is a graph of groups of codes that have the same Excludes1
        conflicts.  *under* restricts the graph to a node and what is below it;
        *inherited* repeats notes at each node that they apply to; without *multi* it is
        a `DiGraph`, with at most one edge from a node to another; *isolated* keeps
        nodes without an edge.  See `icdgraph.network.networkx_graph`.

        >>> from icdgraph.toy import toy
        >>> toy().to_networkx().edges["M54", "F45.41", "excludes1"]["text"]
        'psychogenic dorsalgia (F45.41)'
        """
        from icdgraph.network.networkx_graph import to_networkx

        return to_networkx(self.core, relations, under, inherited, multi, isolated)

    def to_igraph(
        self,
        relations: Iterable[str] | None = None,
        under: str | Node | None = None,
        inherited: bool = False,
        isolated: bool = False,
    ) -> igraph.Graph:
        """Return the same as an igraph graph, whose vertices have the same names.

        Raises `MissingExtra` if igraph is not installed.

        >>> from icdgraph.toy import toy
        >>> toy().to_igraph().vs.find("M54.50")["title"]
        'Low back pain, unspecified'
        """
        from icdgraph.network.igraph_graph import to_igraph

        return to_igraph(self.core, relations, under, inherited, isolated)

    def similarity(
        self,
        measure: str = "lin",
        content: str | CodeCounts | None = None,
        *,
        smoothing: float = 1.0,
        scaled: bool = False,
    ) -> Similarity:
        """Return a measure of how close codes are, to call with two of them.

        *measure* is ``path``, ``wu-palmer``, ``leacock-chodorow`` or ``batet``, which
        use depths, or ``resnik``, ``lin``, ``jiang-conrath`` or ``jiang-seco``, which
        use an information *content*: ``sanchez`` (the default), ``seco``, or a mapping
        from code to count.  See `Similarity` for the other options and its methods.

        >>> from icdgraph.toy import toy
        >>> path = toy().similarity("path")
        >>> path("M54.50", "M54.2"), path.sets({"M54.50", "G89.4"}, {"M54.2", "G89.4"})
        (0.25, 0.625)
        """
        from icdgraph.similarity.similarity import Similarity

        return Similarity(
            self.core, measure, content, smoothing=smoothing, scaled=scaled
        )

    def most_similar(
        self, code: str | Node, n: int = 10, measure: str = "lin"
    ) -> list[SimilarNode]:
        """Return the *n* billable codes most similar to *code*, the closest first.

        >>> from icdgraph.toy import toy
        >>> [match.node.code for match in toy().most_similar("M54.50", 3)]
        ['M54.59', 'M54.2', 'M54.41']
        """
        return self.similarity(measure).most_similar(code, n)

    def jaccard(self, x: Iterable[str | Node], y: Iterable[str | Node]) -> float:
        """Return the share of nodes at or above either set that are above both.

        The codes themselves count, and so does the root.

        >>> from icdgraph.toy import toy
        >>> toy().jaccard({"M54.50"}, {"M54.59", "M54.5"})
        0.75
        """
        from icdgraph.similarity.set_similarity import jaccard

        return jaccard(self.core, x, y)

    def jaccard_matrix(
        self,
        sets: Sequence[Iterable[str | Node]],
        others: Sequence[Iterable[str | Node]] | None = None,
    ) -> NDArray[np.float64]:
        """Return `jaccard` of each of *sets* and each of *others*, or of each other."""
        from icdgraph.similarity.set_similarity import jaccard_matrix

        return jaccard_matrix(self.core, sets, others)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<CodeGraph{repr(self.core).removeprefix('<Graph')}"

    def _repr_html_(self) -> str | None:
        """Return its card for a notebook: its release, counts, and how to ask."""
        return html(self.core)

    def _ipython_key_completions_(self) -> list[str]:
        """Return what a notebook completes ``g["`` with."""
        return list(self.core)


def _listed(codes: Iterable[str | Node]) -> list[str]:
    """Return *codes* as texts; one text is an error, not a list of its letters."""
    if isinstance(codes, str):
        raise ParseError(f"expected a list of codes, such as ['M54.50'], got {codes!r}")
    return [code.code if isinstance(code, Node) else code for code in codes]


class Arrays:
    """Questions about whole arrays of nodes, by number; reached as ``g.arrays``.

    >>> from icdgraph.toy import toy
    >>> arrays = toy().arrays
    >>> arrays.subsumes(arrays.numbers(["M54", "M54.5"]), arrays.numbers(["M54.50"]))
    array([ True,  True])
    >>> a, b = arrays.numbers(["M54.50", "M54.2"]), arrays.numbers(["M54.41"])
    >>> arrays.codes(arrays.lca(a, b))
    ['M54', 'M54']
    """

    def __init__(self, core: Graph) -> None:
        self._core = core

    def numbers(self, nodes: Iterable[str | Node]) -> NDArray[np.int32]:
        """Return the numbers of *nodes*, given as codes or nodes."""
        return self._core.array_of(nodes)

    def codes(self, numbers: Iterable[int]) -> list[str | None]:
        """Return the code of each of *numbers*, None for -1."""
        return [self._core.codes[n] if n >= 0 else None for n in numbers]

    def subsumes(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Answer `CodeGraph.subsumes` for arrays of numbers, which broadcast."""
        return self._core.tree.subsumes_many(a, b)

    def lca(self, a: NDArray[np.integer], b: NDArray[np.integer]) -> NDArray[np.int32]:
        """Answer `CodeGraph.lca` for arrays of numbers; -1 where only the root is."""
        return self._core.tree.lca_many(a, b)

    def distance(
        self, a: NDArray[np.integer], b: NDArray[np.integer]
    ) -> NDArray[np.int32]:
        """Answer `CodeGraph.distance` for arrays of numbers, which broadcast."""
        return self._core.tree.distance_many(a, b)
