"""The Tabular List XML, read into a `Release`.

    <ICD10CM.tabular>
      <version>
      <chapter> <name> <desc>  notes...
        <sectionIndex>
        <section id="M00-M25"> <desc> notes...             an umbrella: no diag
        <section id="M00-M02"> <desc> notes...
          <diag> <name> <desc> notes... <sevenChrDef>
            <diag> ...

A note block (``<excludes1>``, ``<includes>``, ...) holds ``<note>`` lines.  Lists are
flat: a line that ends in a colon heads the lines after it in its block.  All sections
of a chapter are siblings in the file; those without codes of their own are umbrellas,
and the sections whose range theirs contains are put below them.

Text is kept as printed.  Elements that are not known are kept aside as `Problem`s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from icdgraph import codes
from icdgraph.errors import ParseError
from icdgraph.model import (
    CODE_KINDS,
    Entry,
    Kind,
    NoteKind,
    PrintedNote,
    Problem,
    Release,
    Seventh,
)
from icdgraph.read.xml import Element, parse, raise_damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = "ICD10CM.tabular"
NOTE_BLOCKS = {kind.value: kind for kind in NoteKind}
PLAIN = {
    Kind.CHAPTER: frozenset({"name", "desc", "section", "sectionIndex"}),
    Kind.SECTION: frozenset({"desc", "diag"}),
} | dict.fromkeys(CODE_KINDS, frozenset({"name", "desc", "diag"}))
"""Elements that are read by name where they are needed; others are kept aside."""


def read(data: bytes, name: str = "the release") -> Release:
    """Return the release that the Tabular List XML *data* holds.

    *name* is the file's, for errors.  Raises `DamagedRelease` where the file is not
    a Tabular List, is cut short, holds a code twice or a node without a name.
    """
    return _TabularReader(name).release(parse(data, name))


@dataclass(slots=True)
class _TabularReader:
    """The entries read so far, and where each was printed."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def release(self, elements: Iterator[Element]) -> Release:
        """Return the release with the root and its children, *elements*."""
        root = next(elements)
        if root.tag != ROOT:
            raise_damaged(self.name, root.line, f"starts with <{root.tag}>, not {ROOT}")
        version = ""
        introduction: tuple[str, ...] = ()
        for child in elements:
            if child.tag == "chapter":
                self.chapter(child)
            elif child.tag == "introduction":
                introduction = tuple(_texts(child))
            elif child.tag == "version":
                version = version or child.text.strip()
            else:
                self.keep_unknown(child, ROOT)
        if not self.entries:
            raise_damaged(self.name, root.line, "holds no chapter")
        if not version:
            self.problems.append(Problem(root.line, ROOT, "has no version"))
        return Release(version, tuple(self.entries), introduction, tuple(self.problems))

    def chapter(self, element: Element) -> None:
        code = self.text_of(element, "name")
        index = self.add(element, Kind.CHAPTER, code, None)
        sections = [child for child in element.children if child.tag == "section"]
        self.check_index(element, {s.attributes.get("id", "") for s in sections})
        umbrellas: list[int] = []
        for section in sections:
            code = section.attributes.get("id", "").strip()
            if not code:
                raise_damaged(self.name, section.line, "has a section without an id")
            while umbrellas and not contains(self.entries[umbrellas[-1]].code, code):
                umbrellas.pop()
            parent = umbrellas[-1] if umbrellas else index
            added = self.section(section, code, parent)
            if section.child("diag") is None:
                umbrellas.append(added)

    def section(self, element: Element, code: str, parent: int) -> int:
        index = self.add(element, Kind.SECTION, code, parent)
        for child in element.children:
            if child.tag == "diag":
                self.diag(child, index)
        return index

    def diag(self, element: Element, parent: int) -> None:
        text = self.text_of(element, "name")
        try:
            code = codes.parse(text)
        except ParseError as exc:
            raise_damaged(self.name, element.line, f"has {text!r} for a code", exc)
        diags = [child for child in element.children if child.tag == "diag"]
        if len(codes.compact(code)) == 3:
            kind = Kind.CATEGORY
        else:
            kind = Kind.SUBCATEGORY if diags else Kind.CODE
        index = self.add(element, kind, code, parent)
        for child in diags:
            self.diag(child, index)

    def add(self, element: Element, kind: Kind, code: str, parent: int | None) -> int:
        """Append the entry of *element* and return its index."""
        space = "code" if kind in CODE_KINDS else kind.value
        if (space, code) in self.lines:
            raise_damaged(
                self.name,
                element.line,
                f"has {kind} {code} a second time, after line "
                f"{self.lines[space, code]}",
            )
        self.lines[space, code] = element.line
        title = element.child("desc")
        if title is None or not title.text.strip():
            self.problems.append(Problem(element.line, code, "has no title"))
        sevenths: tuple[Seventh, ...] = ()
        table: tuple[tuple[str, ...], ...] = ()
        blocks: list[Element] = []
        for child in element.children:
            if child.tag in NOTE_BLOCKS:
                blocks.append(child)
            elif child.tag == "sevenChrDef":
                sevenths = self.sevenths(child, code)
            elif child.tag == "visualImpairment":
                table = tuple(_table(child))
            elif child.tag not in PLAIN[kind]:
                self.keep_unknown(child, code)
        self.entries.append(
            Entry(
                kind,
                code,
                title.text.strip() if title else "",
                parent,
                element.line,
                tuple(self.notes(blocks, code)),
                sevenths,
                element.attributes.get("placeholder") == "true",
                table,
            )
        )
        return len(self.entries) - 1

    def notes(self, blocks: list[Element], owner: str) -> Iterator[PrintedNote]:
        """Yield the notes of *blocks*, numbered within each kind."""
        printed: dict[NoteKind, int] = {}
        for block in blocks:
            kind = NOTE_BLOCKS[block.tag]
            heading = None
            for child in block.children:
                if child.tag != "note":
                    self.keep_unknown(child, f"{owner} {block.tag}")
                    continue
                for inner in child.children:
                    self.keep_unknown(inner, f"{owner} {block.tag} note")
                position = printed[kind] = printed.get(kind, 0) + 1
                is_heading = kind.relation and child.text.rstrip().endswith(":")
                yield PrintedNote(
                    kind,
                    position,
                    None if is_heading else heading,
                    child.text,
                    child.line,
                )
                if is_heading:
                    heading = position

    def sevenths(self, element: Element, owner: str) -> tuple[Seventh, ...]:
        """Return the characters of a ``sevenChrDef``.

        A ``note`` in it is a remark on the character before it, as at S52: B, with
        "initial encounter for open fracture NOS".
        """
        found: list[Seventh] = []
        for child in element.children:
            if child.tag == "extension":
                character = child.attributes.get("char", "").strip().upper()
                known = {seventh.character for seventh in found}
                if not re.fullmatch("[0-9A-Z]", character) or character in known:
                    raise_damaged(
                        self.name,
                        child.line,
                        f"has {character!r} for a 7th character of {owner}, which is "
                        "not one character, or a second time",
                    )
                found.append(Seventh(character, child.text.strip()))
            elif child.tag == "note" and found:
                last = found[-1]
                remarks = (*last.remarks, child.text)
                found[-1] = Seventh(last.character, last.meaning, remarks)
            else:
                self.keep_unknown(child, f"{owner} sevenChrDef")
        return tuple(found)

    def check_index(self, chapter: Element, ids: set[str]) -> None:
        """Report what the chapter's index of sections names and the chapter lacks."""
        index = chapter.child("sectionIndex")
        for ref in index.children if index else ():
            if ref.attributes.get("id") not in ids:
                where = f"sectionIndex of {self.entries[-1].code}"
                message = "names a section that is not in the chapter"
                name = ref.attributes.get("id", "")
                self.problems.append(Problem(ref.line, where, message, name))

    def keep_unknown(self, element: Element, where: str) -> None:
        text = " ".join(_texts(element))
        message = f"unknown element <{element.tag}>"
        self.problems.append(Problem(element.line, where, message, text))

    def text_of(self, element: Element, tag: str) -> str:
        child = element.child(tag)
        if child is None or not child.text.strip():
            raise_damaged(
                self.name, element.line, f"has a {element.tag} without a name"
            )
        return child.text.strip()


def _texts(element: Element) -> Iterator[str]:
    """Yield the text of *element* and of all below it, without the blank ones."""
    if element.text.strip():
        yield element.text.strip()
    for child in element.children:
        yield from _texts(child)


def _table(element: Element) -> Iterator[tuple[str, ...]]:
    """Yield the rows of H54's ``visualImpairment``, its cells left to right."""
    for row in element.children:
        yield tuple(_texts(row))


def ends(section_id: str) -> tuple[str, str]:
    """Return the first and last category of a section's id.

    >>> ends("M50-M54"), ends("B99")
    (('M50', 'M54'), ('B99', 'B99'))
    """
    first, _, last = section_id.partition("-")
    return first, last or first


def contains(outer: str, inner: str) -> bool:
    """Say whether the range of the section id *outer* contains that of *inner*.

    >>> contains("C00-C96", "C7A"), contains("C00-C75", "C7A")
    (True, False)
    """
    first, last = ends(outer)
    low, high = ends(inner)
    return first <= low and high <= last
