"""Which codes of a release say which words.

What a code says is in its title, in those of the nodes above it, in inclusion terms and
Includes notes, and in the meaning of its 7th character.  A word is looked up by its
stem; a long stem finds all words that start with it: "retin" retina and retinopathy.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import cache, partial
from typing import TYPE_CHECKING

from icdgraph.hierarchy import merge
from icdgraph.model import CODE_KINDS
from icdgraph.read import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from icdgraph.hierarchy import Hierarchy, Span
    from icdgraph.model import Kind

PREFIX = 5
"""Letters from which on a stem matches the words that start with it."""

_INCLUDING = ", including "
_OTHER = re.compile(r"\b[Oo]ther ")


class Lexicon:
    """The words of one release, and the leaves of *tree* that say them.

    *kinds* and *titles* are those of its nodes, *terms* inclusion terms and Includes
    notes by node; *meanings* gives the meaning of the 7th character by node,
    and such nodes are leaves.
    """

    def __init__(
        self,
        tree: Hierarchy,
        kinds: Sequence[Kind],
        titles: Sequence[str],
        terms: Iterable[Mapping[int, Sequence[str]]],
        meanings: Mapping[int, str],
    ) -> None:
        self.tree = tree
        self.titles = titles
        # What "including" adds to a title is a part of what the node holds.
        printed = [(n, title) for n, title in enumerate(titles) if n not in meanings]
        self._in_titles = _by_word(
            [(node, title.partition(_INCLUDING)[0]) for node, title in printed]
        )
        self._in_terms = _by_word(
            [
                (node, text)
                for by_node in terms
                for node, texts in by_node.items()
                for text in texts
            ]
        )
        self._in_others = _by_word(
            [
                (node, title[match.end() :].partition(",")[0])
                for node, title in printed
                if (match := _OTHER.search(title))
                and kinds[tree.parents[node]] in CODE_KINDS
            ]
        )
        self._in_meanings = _by_word_of_few(meanings)
        self._words_by_stem: dict[str, list[str]] = defaultdict(list)
        for word in {*self._in_titles, *self._in_terms, *self._in_meanings}:
            for stem in wording.stems(word):
                self._words_by_stem[stem].append(word)
        self._stems = sorted(self._words_by_stem)
        self.leaves = cache(self.leaves)  # type: ignore[method-assign]
        self.in_titles = cache(self.in_titles)  # type: ignore[method-assign]

    def _words(self, stem: str) -> list[str]:
        if len(stem) < PREFIX:
            return self._words_by_stem.get(stem, [])
        first = bisect_left(self._stems, stem)
        end = bisect_left(self._stems, f"{stem}\uffff", first)
        by_stem = self._words_by_stem
        return [word for known in self._stems[first:end] for word in by_stem[known]]

    def in_titles(self, stem: str) -> list[int]:
        """Return the nodes whose title says *stem*, in order."""
        words = self._words(stem)
        return sorted({n for word in words for n in self._in_titles.get(word, ())})

    def leaves(self, stem: str) -> list[Span]:
        """Return the leaves that say *stem* or are below a node that does.

        A term says it of all that is below its node only where no title there does:
        S82 includes "fracture of malleolus", which S82.5 is.  "Other derangements of
        patella", M22.3, says that the nodes before it are such too, as none of them
        says so itself.
        """
        words = self._words(stem)
        titles = self.in_titles(stem)
        nodes = {*titles}
        for word in words:
            nodes.update(self._in_meanings.get(word, ()))
            for node in self._in_terms.get(word, ()):
                last = self.tree.last[node]
                if bisect_right(titles, last) == bisect_right(titles, node):
                    nodes.add(node)
        spans = self.tree.spans(sorted(nodes))
        for node in {n for word in words for n in self._in_others.get(word, ())}:
            parent = self.tree.parents[node]
            if bisect_right(titles, parent) == bisect_left(titles, node):
                spans.append((self.tree.span(parent)[0], self.tree.span(node)[1]))
        spans = merge(spans)
        for part in wording.PARTS.get(stem, ()):
            spans = merge([*spans, *self.leaves(part)])
        return spans


def _by_word(texts: Iterable[tuple[int, str]]) -> dict[str, array[int]]:
    """Return the nodes of *texts*, in order, by the words that these say."""
    # Arrays: the garbage collector would look at each number of a list.
    nodes: dict[str, array[int]] = defaultdict(partial(array, "i"))
    for node, text in texts:
        for word in wording.said(text):
            nodes[word].append(node)
    return nodes


def _by_word_of_few(texts: Mapping[int, str]) -> dict[str, array[int]]:
    """Return the same where many nodes share a text."""
    by_text: dict[str, array[int]] = defaultdict(partial(array, "i"))
    for node, text in texts.items():
        by_text[text].append(node)
    nodes: dict[str, array[int]] = defaultdict(partial(array, "i"))
    for text, having in by_text.items():
        for word in wording.said(text):
            nodes[word] += having
    return nodes
