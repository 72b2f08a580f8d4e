"""The views that open from a graph: ``g.sparql(...)``, ``g.to_rdflib()``.

Each method imports its view when it is called, and the view its libraries, so that
loading a graph and looking a code up load none of them.  This is the one place where
an import goes up the layers.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import igraph
    import networkx as nx
    import numpy as np
    import rdflib
    from numpy.typing import NDArray

    from icdgraph.audit import Finding
    from icdgraph.check import Checker, Companions, Findings, Order
    from icdgraph.check.table import TableFindings
    from icdgraph.codesets import CodeSet
    from icdgraph.draw.overview import Overview
    from icdgraph.draw.picture import Picture
    from icdgraph.explain.why import Why
    from icdgraph.graph.codegraph import CodeGraph
    from icdgraph.graph.nodes import Node
    from icdgraph.model import Kind
    from icdgraph.rdf.results import Answer
    from icdgraph.search import Found
    from icdgraph.similarity.information import Counts
    from icdgraph.similarity.similarity import Match, Similarity


class Views:
    """What a `CodeGraph` can be asked through a view."""

    __slots__ = ()

    @cached_property
    def checker(self) -> Checker:
        """What checks encounters against this graph, made when it is first asked."""
        from icdgraph.check import Checker

        return Checker(cast("CodeGraph", self))

    def check(
        self,
        codes: Iterable[str],
        *,
        principal: str | None = None,
        setting: str | None = None,
        age: str | float | None = None,
        rules: Iterable[str] | None = None,
        words: bool = False,
    ) -> Findings:
        """Return what is wrong with the codes of one encounter, and what to consider.

        *codes* are in the order of the claim, the first-listed one first, or
        *principal*; *setting* is ``inpatient`` or ``outpatient``, *age* years or
        ``8d``.  *rules* narrows the check (``["E", "W2"]``), *words* adds notes that
        name no code.  Unknown codes are findings.  Raises `ParseError`.

        >>> from icdgraph.toy import toy
        >>> [finding.rule for finding in toy().check(["M54.50", "F45.41", "M54.5"])]
        ['E102', 'E201', 'E201']
        """
        return self.checker.check(
            codes,
            principal=principal,
            setting=setting,
            age=age,
            rules=rules,
            words=words,
        )

    def check_table(
        self,
        data: Any,
        *,
        encounter: str | None = None,
        code: str | Sequence[str],
        order: str | None = None,
        rules: Iterable[str] | None = None,
        **options: Any,
    ) -> TableFindings:
        """Return what is wrong with all encounters of a table, of any size.

        *data* is a path (CSV, Parquet, a folder of it), a polars or pandas frame, a
        DuckDB relation, or a pyarrow table, reader or dataset.  *encounter* is the
        column of the encounter's id and *code* that of the codes, or several of them,
        or a pattern (``dx*``); then *encounter* may be left out, and a row is one.
        *order* is the column of the codes' order, by default that of the rows.

        Further *options*: *output*, a .parquet, .csv or .jsonl file for the findings;
        *details*, their sentences as well; *severity*, *setting* and *age* as in
        `check`, or *setting_column* and *age_column*; *delimiter* and *encoding* of a
        CSV; *progress*, called with the part that is read.  Needs ``icdgraph[tables]``.
        Raises `MissingExtra`, `ParseError`.

        >>> import pyarrow as pa
        >>> from icdgraph.toy import toy
        >>> visits = pa.table({"id": [1, 1, 2], "dx": ["M5450", "F4541", "M5441"]})
        >>> found = toy().check_table(visits, encounter="id", code="dx", rules=["E"])
        >>> found.findings.select(["encounter", "rule", "code", "other"]).to_pylist()
        [{'encounter': 1, 'rule': 'E201', 'code': 'M54.50', 'other': 'F45.41'}]
        """
        from icdgraph.check.table import check_table

        return check_table(
            self.checker,
            data,
            encounter=encounter,
            code=code,
            order=order,
            rules=rules,
            **options,
        )

    def order(self, codes: Iterable[str]) -> Order:
        """Return a legal order of *codes*, as near as can be to the one given.

        Where the notes go round in a circle, the answer shows it.  Raises
        `UnknownCode`.

        >>> from icdgraph.toy import toy
        >>> toy().order(["M54.50", "G89.4"]).codes
        ('M54.50', 'G89.4')
        """
        return self.checker.order(codes)

    def may_go_with(self, code: str) -> Companions:
        """Return the notes on what may, must and must not go with *code*.

        Raises `UnknownCode`.

        >>> from icdgraph.toy import toy
        >>> [note.owner.code for note in toy().may_go_with("M54.50").may]
        ['G89', 'G89']
        """
        return self.checker.companions(code)

    def codes(
        self, expression: str | Iterable[str | Node], *, patterns: bool = True
    ) -> CodeSet:
        """Return the set of codes that *expression* says, or that a list holds.

        In a text, a code has all that is beneath it; in a list, each is itself alone.
        `icdgraph.codesets.grammar` writes the language out.  Without *patterns*, regular
        expressions are refused.  Raises `ParseError` and `UnknownCode`.

        >>> from icdgraph.toy import toy
        >>> list(toy().codes("M54 except M54.5 and billable"))
        ['M54.2', 'M54.41', 'M54.42']
        """
        from icdgraph.codesets import codeset

        return codeset(cast("CodeGraph", self), expression, patterns=patterns)

    def why(
        self,
        a: str | Node,
        b: str | Node,
        *,
        limit: int | None = 5,
        through: bool | None = None,
    ) -> Why:
        """Return how *a* and *b* are connected, in the tree and by notes.

        All notes between the two are given; of those between parts of them and of the
        shortest ways through other nodes, *limit* each, None for all.  *through* says
        whether to look for such ways; by default where no note joins the two.  Raises
        `UnknownCode`.

        >>> from icdgraph.toy import toy
        >>> answer = toy().why("M54.50", "F45.41")
        >>> answer.lca, answer.paths[0].notes[0].owner.code
        (None, 'M54')
        """
        from icdgraph.explain.why import why

        graph = cast("CodeGraph", self)
        one, other = (graph.node(graph.number_of(end)) for end in (a, b))
        return why(graph, one, other, limit, through)

    def audit(self, *checks: str) -> tuple[Finding, ...]:
        """Return what the classification gets wrong or leaves open, check by check.

        *checks* are their numbers, as in ``g.audit("A101")``; without any, all are
        made, which takes seconds.  Raises `ParseError` for a number that is none.

        >>> from icdgraph.toy import toy
        >>> (finding,) = toy().audit("A401")
        >>> len(finding.cases), finding.check.title
        (2, 'A reference to a code that does not exist')
        """
        from icdgraph.audit import audit

        return audit(cast("CodeGraph", self), checks)

    def draw(
        self,
        *codes: str | Node,
        depth: int = 1,
        relations: Iterable[str] | None = None,
        inherited: bool = True,
        layout: str = "tree",
        physics: bool = False,
    ) -> Picture:
        """Return a picture of *codes* with all around them, a pyvis network.

        *depth* is how many levels below, and steps along notes, are in it; *relations*
        are those to draw, all by default; *inherited* is whether notes printed above
        *codes* count; *layout* is ``tree``, ``radial`` or ``force``.  Every node has
        its place; with *physics* they move.  It shows itself in a notebook, and its
        method ``write`` makes an .html, .svg or .png file.  Raises `ParseError` and
        `UnknownCode`.

        >>> from icdgraph.toy import toy
        >>> net = toy().draw("M54.50", "F45.41", relations=["parent", "excludes1"])
        >>> net.get_node("code:M54.50")["role"], net.get_node("code:F45.41")["role"]
        ('centre', 'centre')
        """
        from icdgraph.draw import picture

        graph = cast("CodeGraph", self)
        return picture(
            *(graph.node(graph.number_of(code)) for code in codes),
            depth=depth,
            relations=relations,
            inherited=inherited,
            layout=layout,
            physics=physics,
        )

    def overview(
        self,
        kind: str = "treemap",
        counts: Counts | None = None,
        relations: Iterable[str] | None = None,
    ) -> Overview:
        """Return a picture of the whole: a ``treemap``, ``sunburst`` or ``matrix``.

        The first two show chapters down to categories by their billable codes, or by
        *counts* of your own, a mapping from code to number such as a pandas Series; the
        matrix shows how many notes of *relations* lead from chapter to chapter, by
        default exclusions.  It shows itself in a notebook, and its method ``write``
        makes an .html, .svg or .png file.  Raises `ParseError`.

        >>> from icdgraph.toy import toy
        >>> toy().overview("sunburst", {"M54.50": 3}).about
        '3 counted in 1 category.'
        """
        from icdgraph.draw.overview import overview

        return overview(cast("CodeGraph", self), kind, counts, relations)

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

        Either *text* is the query, its usual prefixes bound, or *name* is that of a
        named query, whose parameters are given as keywords.  *endpoint* is the URL of
        a SPARQL 1.1 endpoint to ask instead of the store in the cache, *timeout* a
        limit in seconds, *limit* the rows to take, *graphs* the named graphs of the
        endpoint to ask in place of its default graph.  Raises `QueryError`.

        >>> from icdgraph.toy import toy
        >>> toy().sparql("SELECT ?code { ICD10CM:M54 ig:excludes1 ?code }")
        code
        --------------
        ICD10CM:F45.41
        [1 row]
        """
        from icdgraph.rdf import ask

        return ask(
            cast("CodeGraph", self),
            text,
            name,
            endpoint,
            timeout,
            limit,
            parameters,
            graphs=graphs,
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
    ) -> Found:
        """Return what *text* most likely means, *limit* results, the best first.

        *text* is a code or its beginning, or words as people say them: in any order,
        misspelt, British, abbreviated.  *under* keeps to what stands at or below a
        node, *kind* to nodes of one kind or several, *billable* to codes that may
        stand on a claim, or may not.  With *prefix* the last word is still being typed.
        Raises `ParseError` for a limit or kind that is none, and `UnknownCode`.

        >>> from icdgraph.toy import toy
        >>> toy().search("lumbago", limit=1)
        M54.50*  Low back pain, unspecified    [synonym: Lumbago NOS]
        """
        from icdgraph.search import search

        return search(
            cast("CodeGraph", self), text, limit, under, kind, billable, prefix
        )

    def to_rdflib(self) -> rdflib.Graph:
        """Return an rdflib graph over the same store, nothing copied.

        Raises `MissingExtra` where ``icdgraph[rdflib]`` is not installed.
        """
        from icdgraph.rdf.rdflib_graph import to_rdflib

        return to_rdflib(cast("CodeGraph", self))

    def to_networkx(
        self,
        relations: Iterable[str] | None = None,
        under: str | Node | None = None,
        inherited: bool = False,
        multi: bool = True,
    ) -> nx.MultiDiGraph | nx.DiGraph:
        """Return a networkx graph whose nodes are names: ``M54.50``, ``M50-M54``.

        *relations* to take, by default ``parent`` and all between codes; *under* a node
        to stay beneath; *inherited* to tell notes at each node they speak for; without
        *multi*, a `DiGraph` with one edge a pair.  `icdgraph.network.digraph` has the
        rest.  Raises `MissingExtra` where ``icdgraph[network]`` is not installed.

        >>> from icdgraph.toy import toy
        >>> toy().to_networkx().edges["M54", "F45.41", "excludes1"]["text"]
        'psychogenic dorsalgia (F45.41)'
        """
        from icdgraph.network.digraph import to_networkx

        return to_networkx(cast("CodeGraph", self), relations, under, inherited, multi)

    def to_igraph(
        self,
        relations: Iterable[str] | None = None,
        under: str | Node | None = None,
        inherited: bool = False,
    ) -> igraph.Graph:
        """Return the same as an igraph graph; its vertices have their names.

        Raises `MissingExtra` where ``icdgraph[igraph]`` is not installed.

        >>> from icdgraph.toy import toy
        >>> toy().to_igraph().vs.find("M54.50")["title"]
        'Low back pain, unspecified'
        """
        from icdgraph.network.igraphs import to_igraph

        return to_igraph(cast("CodeGraph", self), relations, under, inherited)

    def similarity(
        self,
        measure: str = "lin",
        content: str | Counts | None = None,
        *,
        smoothing: float = 1.0,
        scaled: bool = False,
    ) -> Similarity:
        """Return a measure of how close codes are, to call with two of them.

        *measure* is ``path``, ``wu-palmer``, ``leacock-chodorow`` or ``batet``, which
        count levels, or ``resnik``, ``lin``, ``jiang-conrath`` or ``jiang-seco``, which
        ask information *content*: ``sanchez`` (the default), ``seco``, or your own
        counts, a mapping from code to number.  See `Similarity` for the rest, and for
        its forms for arrays, matrices, sets of codes and a search.

        >>> from icdgraph.toy import toy
        >>> path = toy().similarity("path")
        >>> path("M54.50", "M54.2"), path.sets({"M54.50", "G89.4"}, {"M54.2", "G89.4"})
        (0.25, 0.625)
        """
        from icdgraph.similarity.similarity import Similarity

        return Similarity(
            cast("CodeGraph", self),
            measure,
            content,
            smoothing=smoothing,
            scaled=scaled,
        )

    def most_similar(
        self, code: str | Node, n: int = 10, measure: str = "lin"
    ) -> list[Match]:
        """Return the *n* billable codes most similar to *code*, the closest first.

        >>> from icdgraph.toy import toy
        >>> [match.node.code for match in toy().most_similar("M54.50", 3)]
        ['M54.59', 'M54.2', 'M54.41']
        """
        return self.similarity(measure).most_similar(code, n)

    def jaccard(self, x: Iterable[str | Node], y: Iterable[str | Node]) -> float:
        """Return the part that two sets of codes share of all that stands above them.

        The codes count among what stands above them, and so does the root.

        >>> from icdgraph.toy import toy
        >>> toy().jaccard({"M54.50"}, {"M54.59", "M54.5"})
        0.75
        """
        from icdgraph.similarity.set_similarity import jaccard

        return jaccard(cast("CodeGraph", self), x, y)

    def jaccard_matrix(
        self,
        sets: Sequence[Iterable[str | Node]],
        others: Sequence[Iterable[str | Node]] | None = None,
    ) -> NDArray[np.float64]:
        """Return `jaccard` of each of *sets* and each of *others*, or of themselves."""
        from icdgraph.similarity.set_similarity import jaccard_matrix

        return jaccard_matrix(cast("CodeGraph", self), sets, others)
