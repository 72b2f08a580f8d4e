"""Which notes are narrower in words than the codes beside them.

    coma in diabetes (E08-E13)             few codes of E08-E13 say coma
    open fracture of lower leg (S82.-)     some 7th characters of S82 say open
    injuries of elbow (S50-S59)            the section says elbow and forearm; S52 is
                                           of the forearm alone
    dry mouth due to dehydration (E86.0)   E86.0 says nothing of the mouth
    specified adverse effects of drugs (A00-R94 ...)

Such a note is qualified: its words state a condition that was not applied to the codes.
A word that all codes say describes them: "lumbago with sciatica (M54.4-)".  A word that
no code says is another name for them: "loin pain (N23)".  The rules, in the order in
which they are tried; all but the second and third are for exclusions only:

    clause      "when ...", "unless ...", "as part of"; "specified ..." of many codes
    narrow      beside words that all codes say, a word that only some of them say
    beside      a title names two things beside each other, the note only one of them
    half        the note names its owner's condition and a cause; its codes name the
                cause only.  After "with" the two codes together are the condition:
                "cholecystitis with cholelithiasis (K80.-)" at K81 is resolved

Conditions on using a note, such as "if applicable", do not narrow its codes, nor does
what an instruction says about its owner: "cerebral degeneration (due to) neoplasm
(C00-D49)" at G32.8 asks for any neoplasm.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache
from typing import TYPE_CHECKING

from icdgraph.hierarchy import merge
from icdgraph.model import Kind
from icdgraph.read import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from icdgraph.graph.lexicon import Lexicon
    from icdgraph.hierarchy import Span
    from icdgraph.read.wording import Word, Wording

FULL = 0.75
"""The part of the codes from which on a word describes them all."""

FEW = 0.34
"""The part up to which a word narrows a range, although it divides no category."""

MANY = 100
"""Codes from which on "specified" narrows them."""

SEVERAL = 10
"""Codes from which on a cause that none of them says narrows them."""

_CLAUSE = re.compile(r"\b(?:when|unless)\b.*")
_AS_PART = re.compile(r"\b(?:as|are|constituting)(?: a)? part of\b")
_JOINT = re.compile(r",|/| and | or ")
_OPEN_HEADING = re.compile(
    r"\b(?:in|of|due to|with|by|complicating|following|involving)\)*\s*:\s*$"
)
_CAUSES = {"due to", "from", "caused by", "resulting from", "secondary to"}
_RESIDUAL = re.compile(r"\b(?:other|unspecified|elsewhere)\b", re.IGNORECASE)


class Qualifier:
    """Finds the words of notes that narrow their codes, in one release.

    *kinds* and *titles* are those of the nodes of the lexicon's tree, *synonyms* the
    inclusion terms by node.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        kinds: Sequence[Kind],
        titles: Sequence[str],
        synonyms: Mapping[int, Sequence[str]],
        included: Mapping[int, Sequence[str]],
    ) -> None:
        self._lexicon = lexicon
        self._tree = lexicon.tree
        self._kinds = kinds
        self._titles = titles
        self._synonyms = synonyms
        self._included = included
        self._of_owner = cache(self._of_owner)  # type: ignore[method-assign]
        self._known: dict[object, str] = {}

    def condition(
        self,
        text: str,
        heading: str,
        units: Sequence[Sequence[Span]],
        targets: Sequence[int],
        owner: int,
        *,
        excludes: bool,
    ) -> str:
        """Return the words of a note that narrow its codes, verbatim; "" if none do.

        *text* is the note with blanks in place of its references, *heading* the line
        that heads its list; *units* are the leaves of each item that it names.
        """
        if excludes:
            clause = _clause(text) or self._specified(text, heading, units, targets)
            if clause:
                return clause
            if heading.startswith("specified") or _OPEN_HEADING.search(heading):
                text = f"{heading} {text}"
        own = self._of_owner(owner, not excludes)
        if self._is_plain(text, units, targets, own, excludes):
            return ""
        words, relations = _without_owner(wording.read(text), own, excludes)
        key = text, words, owner if excludes else None
        if key not in self._known:
            narrow: list[Word] = []
            for unit in units:
                within = _within(unit, units, targets, self._tree.span)
                comparison = Comparison(self._lexicon, words, unit, within)
                narrow += comparison.narrow(excludes) or self._beside(comparison)
                if excludes and not narrow:
                    narrow += comparison.cause(relations)
                if excludes and not narrow:
                    narrow += self._half(comparison, relations, own)
            start = min((word.start for word in narrow), default=0)
            end = max((word.end for word in narrow), default=0)
            self._known[key] = text[start:end]
        return self._known[key]

    def _is_plain(
        self,
        text: str,
        units: Sequence[Sequence[Span]],
        targets: Sequence[int],
        own: Starts,
        excludes: bool,
    ) -> bool:
        """Return True where a quick look shows that no rule can apply."""
        stems = _stems(text)
        if sum(map(_size, units)) < 2 and not (
            excludes and any(stem[:4] in own for stem in stems)
        ):
            return True
        return all(self._is_name(stems, target) for target in targets)

    def _is_name(self, stems: frozenset[str], target: int) -> bool:
        """Return True if a title or inclusion term of *target* says all *stems*."""
        title = self._titles[target]
        if not _JOINT.search(title) and _content(title) >= stems:
            return True
        if any(_content(t) >= stems for t in self._synonyms.get(target, ())):
            return True
        if not any(_content(t) >= stems for t in self._included.get(target, ())):
            return False
        above = (target, *self._tree.ancestors(target))
        said = frozenset().union(*(_content(self._titles[node]) for node in above))
        return any(s not in said and not self._below(target, [s]) for s in stems)

    def _of_owner(self, owner: int, to_the_top: bool) -> Starts:
        """Return the stems of what *owner* and the nodes above it are called.

        They are those up to its category, or *to_the_top*.
        """
        terms = self._synonyms.get(owner, ())
        stems: set[str] = set().union(*map(_content, terms))
        for node in (owner, *self._tree.ancestors(owner)):
            is_range = self._kinds[node] in (Kind.SECTION, Kind.CHAPTER)
            if is_range and node != owner and not to_the_top:
                break
            stems |= _content(self._titles[node])
        return _starts(stems)

    def _specified(
        self,
        text: str,
        heading: str,
        units: Sequence[Sequence[Span]],
        targets: Sequence[int],
    ) -> str:
        """Return a lead "specified ..." where the codes do not say what it says."""
        lead = (heading or text).strip(" :")
        if not lead.startswith("specified"):
            return ""
        if not heading:
            titles = [self._titles[target].lower() for target in targets]
            is_said = all("specified" in title for title in titles)
            return "" if is_said or sum(map(_size, units)) < MANY else lead
        stems = _content(heading.partition(",")[0])
        said = (_overlap(u, self._lexicon.leaves(s)) for s in stems for u in units)
        return lead if stems and not any(said) else ""

    def _beside(self, comparison: Comparison) -> list[Word]:
        """Return words that a title names beside others which the note leaves out."""
        if len(comparison.unit) > 1:
            return []
        noted = _starts(word.stem for word in comparison.words)
        for words in comparison.full:
            # Of "drug abuse or alcohol abuse", drug and alcohol are the alternatives.
            firsts = {word.phrase: word.stem for word in reversed(words)}
            stems = [*firsts.values()]
            targets = comparison.targets
            is_beside = any(self._is_beside(stems, noted, target) for target in targets)
            if is_beside and not comparison.is_open(words):
                return words
        return []

    def _is_beside(self, stems: list[str], noted: Starts, target: int) -> bool:
        parts = {part for stem in stems for part in wording.PARTS.get(stem, ())}
        listed = self._listed(stems, target)
        others = [s for s in listed if not _is_in(s, noted) and s not in parts]
        if not others:
            return False
        same, different = self._below(target, stems), self._below(target, others)
        leaves = self._tree.spans(sorted(same - different))
        other_leaves = self._tree.spans(sorted(different - same))
        only_others = _size(other_leaves) - _overlap(other_leaves, leaves)
        if not leaves and _content(self._titles[target]).issuperset(stems):
            return 0 < only_others < _size([self._tree.span(target)]) / 2
        return bool(leaves) and only_others > 0

    def _listed(self, stems: list[str], target: int) -> list[str]:
        """Return the closed list in which a title names *stems*, if it does.

        The title is that of *target*, or of the next node above it that says them.
        """
        for node in (target, *self._tree.ancestors(target)):
            title = self._titles[node]
            if self._kinds[node] is Kind.CHAPTER:
                break
            if _content(title).isdisjoint(stems):
                continue
            if not _JOINT.search(title):
                break
            lists = [
                words
                for words in _joined(wording.read(title).words)
                if any(word.stem in stems for word in words)
            ]
            if any(len(w) == 1 or any(word.open for word in w) for w in lists):
                break
            return [word.stem for words in lists[:1] for word in words]
        return []

    def _below(self, target: int, stems: list[str]) -> set[int]:
        """Return the nodes below *target* whose title says one of *stems*."""
        last = self._tree.last[target]
        below: set[int] = set()
        for stem in stems:
            nodes = self._lexicon.in_titles(stem)
            below.update(nodes[bisect_right(nodes, target) : bisect_right(nodes, last)])
        return below

    def _half(
        self, comparison: Comparison, relations: Sequence[str], own: Starts
    ) -> list[Word]:
        """Return the owner's condition where the codes say only what it is due to."""
        mine = [w for w in comparison.words if not w.generic and _is_in(w.stem, own)]
        units = [*comparison.full, *(words for words, _ in comparison.partial)]
        cause = [w for words in units for w in words if w not in mine]
        titles = [self._titles[target] for target in comparison.targets]
        if (
            not mine
            or any(self._says(comparison, word) for word in mine)
            or all(_says_more(title, comparison.words) for title in titles)
            or all(_RESIDUAL.search(title) for title in titles)
        ):
            return []
        if not relations:  # "Crohn's rickets"
            return mine if cause and comparison.words[-1] in mine else []
        if "resulting in" in relations:
            is_cause = any(word.side < mine[0].side for word in cause)
        else:
            is_cause = any(word.side > mine[-1].side for word in cause)
        return mine if is_cause else []

    def _says(self, comparison: Comparison, word: Word) -> bool:
        """Return True if the nodes of the unit, or some below them, say *word*."""
        listed = [words for words in comparison.full if len(words) > 1]
        listed += [words for words, _ in comparison.partial]
        if any(word in words for words in listed):
            return True
        targets = comparison.targets
        texts = [self._titles[target] for target in targets]
        texts += [term for target in targets for term in self._synonyms.get(target, ())]
        return any(_is_in(word.stem, _starts(_content(text))) for text in texts)


class Comparison:
    """The words of a note compared with the leaves of one *unit* that it names.

    *full* are the words, or lists of alternatives, that all leaves say; *partial* those
    that some say, with these leaves; *unsaid* the words that none says.  *targets* are
    the nodes of the unit.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        words: Sequence[Word],
        unit: Sequence[Span],
        targets: Sequence[int],
    ) -> None:
        self.words = words
        self.unit = unit
        self.targets = targets
        self.full: list[list[Word]] = []
        self.partial: list[tuple[list[Word], list[Span]]] = []
        self.unsaid: list[Word] = []
        self._is_confirmed = False
        self._lexicon = lexicon
        self._size = _size(unit)
        for phrases in _lists(words):
            if len(phrases) == 1:
                for word in phrases[0]:
                    self._add([word], self._saying(word))
            else:
                self._add_list(phrases)

    def _saying(self, word: Word) -> list[Span]:
        return _common(self.unit, self._lexicon.leaves(word.stem))

    def _add(self, words: list[Word], leaves: list[Span]) -> None:
        part = _size(leaves) / self._size
        if len(words) == 1 and words[0].generic:
            self._is_confirmed = self._is_confirmed or part >= FULL
        elif part >= FULL:
            self.full.append(words)
        elif leaves:
            self.partial.append((words, leaves))
        else:
            self.unsaid += words

    def _add_list(self, phrases: list[list[Word]]) -> None:
        """Add alternatives: a leaf says them where it says all words of one phrase."""
        leaves: list[Span] = []
        listed: list[Word] = []
        for phrase in phrases:
            words = [word for word in phrase if not word.generic]
            saying = [self._saying(word) for word in words]
            if saying and all(saying):
                common = saying[0]
                for spans in saying[1:]:
                    common = _common(common, spans)
                leaves += common
            listed += words
            for word in phrase:
                if word.generic:
                    self._add([word], self._saying(word))
        is_open = any(word.open for word in listed)
        if leaves and (is_open or self._is_said_generic(phrases)):
            leaves = [*self.unit]
        if listed:
            count = len(self.full)
            self._add(listed, merge(leaves))
            if len(self.full) == count:
                self._add_alone(listed)

    def _is_said_generic(self, phrases: list[list[Word]]) -> bool:
        """Return True if one of *phrases* is a generic word that all leaves say."""
        return any(
            all(word.generic for word in phrase)
            and any(_size(self._saying(word)) == self._size for word in phrase)
            for phrase in phrases
        )

    def _add_alone(self, listed: list[Word]) -> None:
        """Add those words of a list that all leaves say, although not the list."""
        full = [w for w in listed if _size(self._saying(w)) >= FULL * self._size]
        self.full += [[word] for word in full]
        self.unsaid = [word for word in self.unsaid if word not in full]

    def is_open(self, words: list[Word]) -> bool:
        """Return True if *words* are on a side with a list that "other" leaves open."""
        return any(word.open and word.side == words[0].side for word in self.words)

    def narrow(self, generic_is_enough: bool) -> list[Word]:
        """Return the words that only some leaves say, beside others that all say.

        In a range, they must divide one of its nodes or be said by `FEW` of its leaves;
        "congenital malformations of skin (Q80-Q84)" is another name for the range.
        """
        partial = [
            (words, leaves)
            for words, leaves in self.partial
            if not self.is_open(words)
            and (_size(leaves) <= FEW * self._size or self._divide(leaves))
        ]
        if not partial:
            return []
        narrow = [word for words, _ in partial for word in words]
        fewest = min(_size(leaves) for _, leaves in partial)
        if self.full or (
            generic_is_enough and fewest <= FEW * self._size and self._is_confirmed
        ):
            return narrow
        if len(self.partial) == 1 and not self.unsaid and not self._is_confirmed:
            spans = self._lexicon.tree.spans
            if all(
                _overlap(self.unit, spans(self._lexicon.in_titles(word.stem)))
                for word in narrow
            ):
                return narrow
        if len(partial) < 2 or self._is_confirmed:
            return []
        # All leaves say no word: several words that the same leaves say name these.
        common = partial[0][1]
        for _, leaves in partial[1:]:
            common = _common(common, leaves)
        either = merge(span for _, leaves in partial for span in leaves)
        is_name = _size(common) >= 0.8 * _size(either) <= 0.4 * self._size
        return narrow if is_name else []

    def cause(self, relations: Sequence[str]) -> list[Word]:
        """Return the words of a cause that none of many leaves says."""
        if self._size < SEVERAL:
            return []
        firsts = [word for words in self.full for word in words if not word.side]
        for side, relation in enumerate(relations, start=1):
            words = [word for word in self.words if word.side == side]
            is_unsaid = all(word in self.unsaid for word in words)
            if firsts and words and relation in _CAUSES and is_unsaid:
                return words
        return []

    def _divide(self, leaves: list[Span]) -> bool:
        """Return True if *leaves* are a part of one target, or leave out an "Other"."""
        for target in self.targets:
            span = [self._lexicon.tree.span(target)]
            common = _overlap(span, leaves)
            is_other = self._lexicon.titles[target].startswith("Other ")
            if 0 < common < _size(span) or (is_other and not common):
                return True
        return False


# Notes


def _clause(text: str) -> str:
    if clause := _CLAUSE.search(text):
        return clause[0].strip()
    return text.strip() if " part of " in text and _AS_PART.search(text) else ""


def _without_owner(note: Wording, own: Starts, excludes: bool) -> Wording:
    """Return a note without the words that its owner meets.

    In an instruction, that is a side about the owner's condition; in an exclusion, what
    is said of it before "with": the two codes together are the two conditions.
    """
    words, relations = note
    mine = {word for word in words if not word.generic and _is_in(word.stem, own)}
    if excludes:
        if not relations or relations[-1] != "with":
            return note
        last = -1 if {*relations} == {"with"} else len(relations)
        kept = (word for word in words if word.side == last or word not in mine)
    else:
        sides = {word.side for word in mine}
        if not {word.side for word in words} - sides:
            return note
        kept = (word for word in words if word.side not in sides)
    return wording.Wording(tuple(kept), relations)


def _says_more(title: str, words: Sequence[Word]) -> bool:
    """Return True if *title* says more than *words*, or nothing of them.

    What it says more may be the owner's condition in other words: "Pulmonary anthrax"
    is pneumonia in anthrax.  Alternatives, as in "epilepsy and seizures", are not more.
    """
    noted = _starts(word.stem for word in words)
    says_same = False
    for phrases in _lists(w for w in wording.read(title).words if not w.generic):
        same = [
            phrase for phrase in phrases if any(_is_in(w.stem, noted) for w in phrase)
        ]
        says_same = says_same or bool(same)
        for phrase in same or phrases:
            if any(not _is_in(word.stem, noted) for word in phrase):
                return True
    return not says_same


# Words


def _stems(text: str) -> frozenset[str]:
    """Return the stems of the words of *text* that say something of a condition."""
    return frozenset().union(*map(wording.content, wording.said(text)))


_content = cache(_stems)
"""The same for titles and terms, which are asked for again and again."""


Starts = dict[str, str]
"""Stems by their first four letters, with spaces between them."""


def _starts(stems: Iterable[str]) -> Starts:
    starts: Starts = {}
    for stem in stems:
        key = stem[:4]
        starts[key] = f"{starts[key]} {stem}" if key in starts else stem
    return starts


def _is_in(stem: str, starts: Starts) -> bool:
    """Return True if *stem* starts one of the stems in *starts*, or the reverse."""
    return any(
        other.startswith(stem) or stem.startswith(other)
        for other in starts.get(stem[:4], "").split()
    )


def _joined(words: Iterable[Word]) -> list[list[Word]]:
    """Return *words* as lists of those joined to each other."""
    lists: list[list[Word]] = []
    for word in words:
        if word.joint and lists and lists[-1][-1].side == word.side:
            lists[-1].append(word)
        else:
            lists.append([word])
    return lists


def _lists(words: Iterable[Word]) -> list[list[list[Word]]]:
    """Return *words* as lists of phrases joined to each other."""
    phrases: list[list[Word]] = []
    for word in words:
        if phrases and phrases[-1][-1].phrase == word.phrase:
            phrases[-1].append(word)
        else:
            phrases.append([word])
    lists: list[list[list[Word]]] = []
    for phrase in phrases:
        if phrase[0].joint and lists and lists[-1][-1][-1].side == phrase[0].side:
            lists[-1].append(phrase)
        else:
            lists.append([phrase])
    return lists


# Leaves


def _within(
    unit: Sequence[Span],
    units: Sequence[Sequence[Span]],
    targets: Sequence[int],
    span_of: Callable[[int], Span],
) -> Sequence[int]:
    """Return the *targets* that lie in *unit*."""
    if len(units) == 1:
        return targets
    spans = [(target, *span_of(target)) for target in targets]
    return [
        target
        for target, first, end in spans
        if any(low <= first and end <= high for low, high in unit)
    ]


def _size(spans: Iterable[Span]) -> int:
    return sum(high - low for low, high in spans)


def _common(a: Sequence[Span], b: Sequence[Span]) -> list[Span]:
    """Return what is in both *a* and *b*, which are sorted and do not overlap."""
    common: list[Span] = []
    for low, high in a:
        place = max(0, bisect_left(b, (low, 0)) - 1)
        while place < len(b) and b[place][0] < high:
            first, end = b[place]
            place += 1
            if end > low:
                common.append((max(low, first), min(high, end)))
    return common


def _overlap(a: Sequence[Span], b: Sequence[Span]) -> int:
    return _size(_common(a, b))
