"""From what a note names to the nodes it means.

A `Reading` names codes as printed; here each item becomes the leaves below it, the
condition keeps those that meet it, and the fewest nodes are found whose subtrees have
exactly these leaves:

    (M51.- with fifth character 4)
      leaves below M51        M51.04  M51.05  M51.06  M51.14  ...
      that meet it            M51.04                  M51.14  ...

A range has both its ends and all between them in the order of the book.  What cannot
be found is returned as a defect, and whatever else the note names is still resolved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from icdgraph import codes
from icdgraph.hierarchy import merge
from icdgraph.model import CODE_KINDS, DefectKind, Kind, State
from icdgraph.read.references import CodeItem, Condition, Criterion, Reading, Reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from icdgraph.hierarchy import Hierarchy, Span

Defects = tuple[tuple[DefectKind, str], ...]


Spans = tuple["Span", ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a note means: node numbers, and how well it could be read.

    *units* are the leaves of each item that the note names, those that its items name
    together where they have a condition on characters.  *condition* are words that were
    not applied.
    """

    targets: tuple[int, ...] = ()
    scope: tuple[int, ...] = ()
    defects: Defects = ()
    units: tuple[Spans, ...] = ()
    condition: str = ""

    @property
    def state(self) -> State:
        """How far the note could be read."""
        if self.condition:
            return State.QUALIFIED
        if self.defects:
            return State.DEFECT
        return State.RESOLVED if self.targets or self.scope else State.TEXT


class Resolver:
    """Resolves readings against one release.

    *kinds*, *names* and *titles* are those of the nodes of *tree*; *meanings* gives
    the meaning of the seventh character for codes made by one, by node.
    """

    def __init__(
        self,
        tree: Hierarchy,
        kinds: Sequence[Kind],
        names: Sequence[str],
        titles: Sequence[str],
        meanings: dict[int, str],
    ) -> None:
        self._tree = tree
        self._names = names
        self._titles = titles
        self._meanings = meanings
        self._leaves = tree.leaves
        self._is_code = [kind in CODE_KINDS for kind in kinds]
        self._node = {
            name: node for node, name in enumerate(names) if self._is_code[node]
        }
        # Some lists, such as that of adverse effects, stand in a hundred notes.
        self._resolve_list = lru_cache(maxsize=None)(self._resolve_list)  # type: ignore[method-assign]

    def resolve(self, reading: Reading, owner: int) -> Resolution:
        """Return what *reading*, that of a note defined at *owner*, means."""
        units: list[Spans] = []
        named: set[int] = set()
        defects = list(reading.defects)
        unread: list[str] = []
        for reference in reading.references:
            if self._is_word(reference):
                continue
            spans, faults = self._resolve_list(reference.items, reference.condition)
            units += spans
            defects += faults
            unread += [reference.unread] if reference.unread else []
            named.update(
                self._node[item.first]
                for item in reference.items
                if item.first in self._node
            )
        targets = self._cover((span for unit in units for span in unit), named)
        scope, faults = self._scope(reading, owner)
        return Resolution(
            targets,
            scope,
            (*defects, *faults),
            tuple(units),
            " ".join(unread),
        )

    def _cover(self, spans: Iterable[Span], named: Collection[int]) -> tuple[int, ...]:
        """Return the fewest nodes for *spans*, those that are *named* if possible."""
        return tuple(self._tree.cover(spans, lambda chain: self._choose(chain, named)))

    def _is_word(self, reference: Reference) -> bool:
        """Return True if a single item in prose is a word, such as vitamin B12."""
        item = reference.items[0]
        return (
            not reference.in_parentheses
            and len(reference.items) == 1
            and item.last is None
            and not item.dashed
            and "." not in item.first
            and item.first not in self._node
        )

    def _scope(self, reading: Reading, owner: int) -> tuple[tuple[int, ...], Defects]:
        """Return the nodes below *owner* to which its note is narrowed.

        A scope that goes beyond the owner is ignored: FY2017 prints one for T27.4-T27.7
        at T27.3.
        """
        items = reading.scope
        if reading.intent:
            return self._of_intent(reading.intent, owner), ()
        if not items:
            return (), ()
        units, defects = self._resolve_list(items, None)
        spans = [span for unit in units for span in unit]
        low, high = self._tree.span(owner)
        if not all(low <= first and last <= high for first, last in spans):
            return (), defects
        named = {self._node[item.first] for item in items if item.first in self._node}
        return self._cover(spans, named), defects

    def _of_intent(self, value: str, owner: int) -> tuple[int, ...]:
        """Return the nodes below *owner* whose codes have the intent *value*."""
        condition = Condition(Criterion.INTENT, values=(value,))
        first, end = self._tree.span(owner)
        met = (n for n in range(first, end) if self._meets(self._leaves[n], condition))
        return self._cover([(leaf, leaf + 1) for leaf in met], ())

    def _choose(self, chain: list[int], named: Collection[int]) -> int:
        """Choose, of nodes with the same leaves, the one named, else a category."""
        for node in chain:
            if node in named:
                return node
        return next((node for node in chain if self._is_code[node]), chain[0])

    def _resolve_list(
        self, items: tuple[CodeItem, ...], condition: Condition | None
    ) -> tuple[tuple[Spans, ...], Defects]:
        """Return the leaves of each item, of all of them where there is a condition."""
        defects: list[tuple[DefectKind, str]] = []
        units = [tuple(self._item(item, defects)) for item in items]
        units = [unit for unit in units if unit]
        if condition and units:
            met = merge(
                (leaf, leaf + 1)
                for unit in units
                for first, end in unit
                for leaf in range(first, end)
                if self._meets(self._leaves[leaf], condition)
            )
            if not met:
                words = condition.words or ", ".join(condition.values)
                defects.append((DefectKind.EMPTY, words))
            units = [tuple(met)] if met else []
        return tuple(units), tuple(defects)

    def _item(
        self, item: CodeItem, defects: list[tuple[DefectKind, str]]
    ) -> list[Span]:
        """Return the leaves that *item* names, and note what is wrong with it."""
        first = self._node.get(item.first)
        if item.last is None:
            if first is None:
                defects.append((DefectKind.DANGLING, item.first))
                return []
            return [self._tree.span(first)]
        last = self._node.get(item.last)
        printed = f"{item.first}-{item.last}"
        if first is None or last is None:
            defects.append((DefectKind.DANGLING, printed))
        elif self._tree.span(first)[0] > self._tree.span(last)[0]:
            # What lies between cannot be known: I83.0-I82.2 may mean I83.2 or I82.0.
            defects.append((DefectKind.REVERSED, printed))
            return [self._tree.span(first), self._tree.span(last)]
        elif is_misprinted_list(item.first, item.last):
            defects.append((DefectKind.MISPRINTED_LIST, printed))
        low = self._place(item.first) if first is None else self._tree.span(first)[0]
        high = self._place(item.last) if last is None else self._tree.span(last)[1]
        if low is None or high is None:
            return [self._tree.span(n) for n in (first, last) if n is not None]
        if low < high:
            return [(low, high)]
        return [self._tree.span(n) for n in (first, last) if n is not None]

    def _place(self, code: str) -> int | None:
        """Return the leaf before which *code*, which does not exist, belongs."""
        parent = code
        while parent not in self._node:
            parent = parent[:-1].rstrip(".")
            if len(parent) < 3:
                return self._place_of_category(code[:3])
        node = self._node[parent]
        for child in self._tree.children(node):
            if self._names[child] > code:
                return self._tree.span(child)[0]
        return self._tree.span(node)[1]

    def _place_of_category(self, category: str) -> int | None:
        """Return the leaf after the last category of its letter before *category*."""
        earlier = [
            name
            for name in self._node
            if len(name) == 3 and name[0] == category[0] and name < category
        ]
        return self._tree.span(self._node[max(earlier)])[1] if earlier else None

    def _meets(self, node: int, condition: Condition) -> bool:
        """Return True if the leaf *node* meets *condition*."""
        code = codes.compact(self._names[node])
        first, last = condition.places
        match condition.criterion:
            case Criterion.PLACE:
                return len(code) >= last and code[first - 1 : last] in condition.values
            case Criterion.INTENT:
                return codes.intent(code) in (condition.values or tuple("123456"))
            case Criterion.ENDING:
                return any(_ends(code, value) for value in condition.values)
            case Criterion.CHARACTER_MEANING:
                return condition.words in self._meanings.get(node, "").lower()
            case Criterion.TITLE:
                return condition.words in self._titles[node].lower()


def _ends(compact_code: str, value: str) -> bool:
    """Return True if *value* follows the category (".62") or ends the code ("-23")."""
    if value.startswith("."):
        return compact_code[3:].startswith(value[1:])
    # At least one character is between: "-20" is I69.020 and not I69.20.
    return compact_code[4:].endswith(value.lstrip("-"))


def is_misprinted_list(first: str, last: str) -> bool:
    """Return True if a range looks like two items of a list joined by dashes.

    Its ends differ before their last character, and that one is the same: in
    "I69.01-I69.11-, I69.21-I69.31-" each was meant as a code of its own.

    >>> is_misprinted_list("I69.01", "I69.11"), is_misprinted_list("E08.311", "E08.359")
    (True, False)
    """
    return (
        "." in first
        and len(first) == len(last) > 5
        and first[:3] == last[:3]
        and first[-1] == last[-1]
        and first != last
    )
