"""Every named query, and its result for the bundled release.

The expected rows are made from the Python graph, which does not use RDF, in the order
that the query promises.
"""

import re
from collections import Counter
from functools import cache, reduce
from itertools import combinations
from operator import or_

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import rows

from icdgraph.audit.exclusions import against_instructions
from icdgraph.errors import ParseError, QueryError, UnknownCode
from icdgraph.model import LINKING, Kind, NoteKind, Relation, State
from icdgraph.rdf import mapping, named_queries
from icdgraph.rdf.query import query
from icdgraph.rdf.results import Table, Triples
from icdgraph.rdf.vocabulary import (
    PREFIXES,
    RELATIONS,
    ROOT,
    expand,
    folder,
    iri_of,
)
from icdgraph.toy import toy

QUERIES = named_queries.queries()
EXPECTED = {}
"""The rows, or the truth, or the triples, that each query should give."""


@pytest.fixture(scope="session")
def ask(core):
    """Return a function that asks a named query of the bundled release."""

    def asked(name, **values):
        answer = query(core, QUERIES[name].bind(core, **values))
        return [tuple(row) for row in answer] if isinstance(answer, Table) else answer

    return asked


def expected(name):
    """Keep the function under the *name* of the query whose answer it works out."""

    def keep(function):
        EXPECTED[name] = function
        return function

    return keep


def parsed(turtle):
    triples = pyoxigraph.parse(str(turtle), pyoxigraph.RdfFormat.TURTLE)
    return {(str(t.subject), str(t.predicate), str(t.object)) for t in triples}


# The answers, from the graph


def self_and_above(node):
    return (node, *node.ancestors)


def pairs(node, own, other, because):
    """Return what *own* notes for *node* name, and for what *other* notes name it."""
    found = [(t, n) for n in node.applicable_notes(own) for t in n.targets]
    naming = [note for note in node.pointed_at_by if note.kind == other]
    found += [(s, n) for n in naming for s in n.scope or (n.owner,)]
    found.sort(key=lambda f: (f[0].number, f[1].owner.number, f[1].kind, f[1].position))
    return [
        (*titled(one), *[str(n.kind)][: int(because)], n.owner.code, n.text)
        for one, n in found
    ]


for name, *kinds in (
    ("never-with", NoteKind.EXCLUDES1, NoteKind.EXCLUDES1, False),
    ("may-go-with", NoteKind.EXCLUDES2, NoteKind.EXCLUDES2, False),
    ("code-also", NoteKind.CODE_ALSO, NoteKind.CODE_ALSO, False),
    ("comes-before", NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE, True),
    ("comes-after", NoteKind.USE_ADDITIONAL_CODE, NoteKind.CODE_FIRST, True),
):
    EXPECTED[name] = lambda g, code, kinds=tuple(kinds): pairs(g[code], *kinds)


EXPECTED |= {
    "excluded": lambda g, first, second: bool(g.excludes1(first, second)),
    "path": lambda g, code: [outlined(one) for one in (*g[code].path, g[code])],
    "siblings": lambda g, code: [titled(one) for one in g[code].siblings],
    "outline": lambda g, code: [
        outlined(n) for n in g[code].descendants if not n.made_by
    ],
    "billable-under": lambda g, code: [(c, g[c].title) for c in g[code].billable_codes],
    "is-billable": lambda g, code: g[code].is_billable,
    "is-under": lambda g, code, above: g.subsumes(above, code) and g[code] != g[above],
    "undotted": lambda g, undotted: [(*titled(g[undotted]), str(g[undotted].kind))],
    "placeholder-codes": lambda g: [titled(n) for n in g.nodes() if n.is_placeholder],
}


@expected("why-excluded")
def why_excluded(g, first, second):
    notes = g.excludes1(first, second)
    return [
        (note.owner.code, note.owner.title, note.text, str(note.state))
        for note in sorted(notes, key=lambda n: (n.owner.number, n.position))
    ]


def applying(node):
    return in_order(node.applicable_notes())


def in_order(notes):
    return sorted(notes, key=lambda n: (n.owner.number, n.kind, n.position))


@expected("notes-that-apply")
def notes_that_apply(g, code):
    return [
        (str(note.kind), note.owner.code, note.heading, note.text)
        for note in applying(g[code])
    ]


def stated(note):
    """Return the state of a note that may name codes."""
    return str(note.state) if note.kind in LINKING else None


@expected("note-lookup")
def note_lookup(g, code, kind):
    return [
        (note.position, note.heading, note.text, stated(note), *named)
        for note in g[code].notes
        if note.kind == kind
        for named in [(t.code, t.title) for t in note.targets] or [(None, None)]
    ]


@expected("named-by")
def named_by(g, code):
    return [
        (str(note.kind), note.owner.code, note.owner.title, note.text)
        for note in in_order(g[code].pointed_at_by)
    ]


def outlined(node):
    return node.level, str(node.kind), node.code, node.title


@expected("unspecified-codes")
def unspecified_codes(g, code):
    rows = EXPECTED["billable-under"](g, code)
    return [row for row in rows if "unspecified" in row[1].lower()]


@expected("sides")
def sides(g, code):
    return [
        (right.code, right.title, left.code, left.title)
        for right in g[code].descendants
        if "right" in right.title
        for left in right.siblings
        if left.title == right.title.replace("right", "left")
    ]


@expected("seventh-characters")
def seventh_characters(g, code):
    node = g[code]
    defined = [n.code for n in self_and_above(node) if g.sevenths_defined_at(n.number)]
    return sorted(
        (seventh.character, seventh.meaning, defined[0])
        for seventh in node.seventh_characters
    )


@expected("common-ancestor")
def common_ancestor(g, first, second):
    node = g.lca(first, second)
    if node is None:
        return [("ICD-10-CM", "ICD-10-CM", "classification")]
    return [(node.code, node.title, str(node.kind))]


@expected("describe")
def describe(g, code):
    node = g[code]
    found = dict(mapping.resources(g, node))
    return len(found[mapping.term_of(node.code)])


@expected("slice")
def slice_(g, code):
    skos = PREFIXES["skos"]
    triples = set()
    for node in (g[code], *g[code].descendants):
        above = iri_of(node.parent) if node.parent else expand(ROOT)
        statements = [
            (PREFIXES["rdf"] + "type", f"<{skos}Concept>"),
            (skos + "notation", str(pyoxigraph.Literal(node.code))),
            (skos + "prefLabel", english(node.title)),
            (skos + "broader", f"<{above}>"),
            (
                skos + "inScheme",
                f"<https://w3id.org/icdgraph/release/{g.edition.identifier}>",
            ),
            *((skos + "altLabel", english(text.strip())) for text in node.synonyms),
        ]
        triples |= {(f"<{iri_of(node)}>", f"<{p}>", o) for p, o in statements}
    return triples


def english(text):
    return str(pyoxigraph.Literal(text, language="en"))


@expected("links")
def links(g, code):
    label = f"<{PREFIXES['skos']}prefLabel>"
    triples = set()
    for node in (g[code], *g[code].descendants):
        for edge in node.edges:
            if edge.relation in RELATIONS and not isinstance(edge.target, str):
                one, two = f"<{iri_of(node)}>", f"<{iri_of(edge.target)}>"
                triples.add((one, f"<{expand(RELATIONS[edge.relation])}>", two))
                triples.add((one, label, english(node.title)))
                triples.add((two, label, english(edge.target.title)))
    return triples


@expected("label-search")
def label_search(g, words):
    return [row for row in labels(g) if words.lower() in row[1].lower()]


@cache
def labels(g):
    """Return the titles and synonyms, without titles repeated by 7th characters."""
    rows = []
    for node in g.nodes():
        titles = {node.title} - ({node.title} if node.made_by else set())
        titles.update(text.strip() for text in node.synonyms)
        rows += [(node.code, label, str(node.kind)) for label in sorted(titles)]
    return rows


@expected("words-in-notes")
def words_in_notes(g, words):
    return [
        (str(note.kind), note.owner.code, note.text)
        for note in in_order(n for n in g.notes() if words.lower() in n.text.lower())
    ]


@expected("release")
def release(g):
    name = "ICD-10-CM, effective 2026-04-01", "2026", "2026-04-01"
    source = "https://www.cdc.gov/nchs/icd/icd-10-cm/index.html"
    return [(*name, 98_505, 74_719, g.note_count, 9, source)]


@expected("chapter-counts")
def chapter_counts(g):
    return [
        (
            str(chapter.chapter_number),
            chapter.code,
            chapter.title,
            sum(node.kind != Kind.SECTION for node in chapter.descendants),
            len(chapter.billable_codes),
        )
        for chapter in g.nodes(Kind.CHAPTER)
    ]


@expected("level-counts")
def level_counts(g):
    counts = Counter((node.level, str(node.kind)) for node in g.nodes())
    return [(*key, counts[key]) for key in sorted(counts)]


@expected("codes-at-level")
def codes_at_level(g, level):
    counts = (
        (*titled(one), sum(node.level == int(level) for node in one.descendants))
        for one in g.nodes(Kind.CATEGORY)
    )
    return [row for row in counts if row[-1]]


@expected("seventh-character-definitions")
def seventh_character_definitions(g):
    made = Counter()
    for node in g.nodes():
        if node.made_by:
            above = (one.number for one in node.ancestors)
            made[next(filter(g.sevenths_defined_at, above))] += 1
    return [
        (*titled(g.node(n)), len(g.sevenths_defined_at(n)), made[n])
        for n in filter(g.sevenths_defined_at, g.numbers())
    ]


@expected("notes-by-state")
def notes_by_state(g):
    notes = (note for note in g.notes() if note.kind in LINKING)
    counts = Counter((str(note.kind), str(note.state)) for note in notes)
    return [(*key, counts[key]) for key in sorted(counts)]


@expected("defects")
def defects(g):
    rows = [
        (d.note.owner.number, d.text, str(d.note.kind), d.note.text, str(d.kind))
        for d in g.defects
    ]
    return [
        (kind, printed, g.node(owner).code, note_kind, words)
        for owner, printed, note_kind, words, kind in sorted(rows)
    ]


@expected("headings")
def headings(g):
    heads = Counter(map(g.heading_of, g.note_numbers()))
    lines = {g.note(head): n for head, n in heads.items() if head is not None}
    return [
        (note.owner.code, str(note.kind), note.text, lines[note])
        for note in in_order(lines)
    ]


@expected("exclusions-in-words")
def exclusions_in_words(g):
    heads = set(map(g.heading_of, g.note_numbers()))
    return [
        (note.owner.code, note.owner.title, note.text)
        for number, note in enumerate(g.notes())
        if note.kind == NoteKind.EXCLUDES1
        and note.state == State.TEXT
        and number not in heads
    ]


@expected("partial-notes")
def partial_notes(g):
    return [
        (note.owner.code, str(note.kind), note.text, part.code, part.title)
        for note in in_order(n for n in g.notes() if n.scope)
        for part in note.scope
    ]


def listed(g, codes):
    """Return the nodes that *codes*, as a parameter, names."""
    codes = codes.split() if isinstance(codes, str) else codes
    return [g[code] for code in codes]


@expected("expand-codes")
def expand_codes(g, codes):
    found = {code for node in listed(g, codes) for code in node.billable_codes}
    return [titled(g[code]) for code in sorted(found)]


def bits(g, nodes):
    """Return the billable codes of *nodes* as a number: a bit for each, in order."""
    spans = {g.tree.span(node.number) for node in nodes}
    return reduce(or_, ((1 << high) - (1 << low) for low, high in spans), 0)


@cache
def exclusions(g):
    """Return every Excludes1 note as two sets of billable codes, read both ways."""
    sides = [
        (bits(g, note.scope or (note.owner,)), bits(g, note.targets))
        for note in g.notes(NoteKind.EXCLUDES1)
    ]
    return sides + [(two, one) for one, two in sides]


def conflicting(g, nodes):
    """Return the billable codes that a note keeps apart from another one of *nodes*."""
    own, found = bits(g, nodes), 0
    for one, two in exclusions(g):
        shared = own & one
        if shared:
            # A code is not kept apart from itself.
            found |= two & ~shared if shared.bit_count() == 1 else two
    return found


@expected("conflicts")
def conflicts(g, code):
    found = conflicting(g, [g[code]])
    codes = (g.codes[leaf] for n, leaf in enumerate(g.leaves) if found >> n & 1)
    return [titled(g[c]) for c in sorted(codes)]


@expected("conflicts-within")
def conflicts_within(g, codes):
    nodes = sorted(set(listed(g, codes)), key=lambda node: node.code)
    return [
        (*titled(one), *titled(two))
        for one, two in combinations(nodes, 2)
        if conflicting(g, [one]) & bits(g, [two])
    ]


@expected("conditional-conflicts")
def conditional_conflicts(g, code):
    node = g[code]
    notes = {*node.applicable_notes(NoteKind.EXCLUDES1), *node.pointed_at_by}
    return sorted(
        (note.owner.code, note.position, note.heading, note.text)
        for note in notes
        if note.kind == NoteKind.EXCLUDES1 and note.state == State.QUALIFIED
    )


@expected("conflicts-by-chapter")
def conflicts_by_chapter(g):
    spans = {top.code: g.tree.span(top.number) for top in g.nodes(Kind.CHAPTER)}
    named = {}
    for one, two in exclusions(g):
        named[one] = named.get(one, 0) | two
    counts = Counter()
    # Codes under the same notes exclude the same codes.
    for own, (start, end) in spans.items():
        rest = (1 << end - start) - 1
        local = ((one >> start & rest, two) for one, two in named.items())
        notes = [(one, two) for one, two in local if one]
        while rest:
            first = rest & -rest
            alike = rest
            others = 0
            for one, two in notes:
                if one & first:
                    others |= two
                    alike &= one
                else:
                    alike &= ~one
            rest &= ~alike
            alike <<= start
            for chapter, (low, high) in spans.items():
                part = others & (1 << high) - (1 << low)
                self_pairs = (alike & part).bit_count()
                counts[own, chapter] += (
                    alike.bit_count() * part.bit_count() - self_pairs
                )
    pairs = {
        (one, two): count // 2 if one == two else count
        for (one, two), count in counts.items()
        if count and one <= two
    }
    assert sum(pairs.values()) == 15_090_851
    return [(*key, pairs[key]) for key in sorted(pairs)]


@expected("code-first-elsewhere")
def code_first_elsewhere(g):
    first = {}
    for note in g.notes(NoteKind.CODE_FIRST):
        for source in note.scope or (note.owner,):
            others = {t for t in note.targets if t.chapter != source.chapter}
            for code in source.billable_codes if others else ():
                first.setdefault(code, set()).update(others)
    return [(iri_of(code), len(first[code])) for code in sorted(first)]


@expected("billable-per-section")
def billable_per_section(g):
    return [(*titled(n), len(n.billable_codes)) for n in g.nodes(Kind.SECTION)]


@expected("sections-by-exclusions")
def sections_by_exclusions(g):
    counts = Counter()
    for note in g.notes(NoteKind.EXCLUDES1):
        counts.update(n for n in self_and_above(note.owner) if n.kind == Kind.SECTION)
    return ranked(counts)


def ranked(counts):
    return [
        (node.code, node.title, counts[node])
        for node in sorted(counts, key=lambda node: (-counts[node], node.number))
    ]


@cache
def linked(g, relation):
    """Return the direct links as pairs of node numbers, in the order of the book."""
    pairs = {
        (edge.source.number, edge.target.number)
        for edge in g.edges(relation)
        if not isinstance(edge.target, str)
    }
    return dict.fromkeys(sorted(pairs))


@expected("most-named")
def most_named(g, kind):
    notes = g.notes(NoteKind(kind))
    return ranked(Counter(target for note in notes for target in note.targets))[:25]


def notes_at(g, one, two, kind):
    """Yield the notes of *kind* defined at one node that name another."""
    for note in g.node(one).notes:
        if note.kind == kind and g.node(two) in note.targets:
            yield note


@expected("both-excludes")
def both_excludes(g):
    return [
        (g.node(one).code, g.node(two).code, g.node(two).title, x1.text, x2.text)
        for one, two in linked(g, Relation.EXCLUDES1)
        if (one, two) in linked(g, Relation.EXCLUDES2)
        for x1 in notes_at(g, one, two, NoteKind.EXCLUDES1)
        for x2 in notes_at(g, one, two, NoteKind.EXCLUDES2)
    ]


@expected("opposed-exclusions")
def opposed_exclusions(g):
    return [
        (*titled(g.node(one)), x1.text, *titled(g.node(two)), x2.text)
        for one, two in linked(g, Relation.EXCLUDES1)
        if (two, one) in linked(g, Relation.EXCLUDES2)
        for x1 in notes_at(g, one, two, NoteKind.EXCLUDES1)
        for x2 in notes_at(g, two, one, NoteKind.EXCLUDES2)
    ]


def titled(node):
    return node.code, node.title


@expected("one-sided-exclusions")
def one_sided_exclusions(g, code):
    links = linked(g, Relation.EXCLUDES1)

    def answered(one, two):
        return any(
            (back.number, up.number) in links
            for back in self_and_above(two)
            for up in self_and_above(one)
        )

    return [
        (*titled(g.node(one)), *titled(g.node(two)))
        for one, two in links
        if g.subsumes(g[code], g.node(one)) and not answered(g.node(one), g.node(two))
    ]


@expected("self-exclusions")
def self_exclusions(g):
    return [
        (*titled(g.node(one)), *titled(g.node(two)), note.text)
        for one, two in linked(g, Relation.EXCLUDES1)
        if g.subsumes(g.node(one), g.node(two)) or g.subsumes(g.node(two), g.node(one))
        for note in notes_at(g, one, two, NoteKind.EXCLUDES1)
    ]


@expected("exclusions-against-sequence")
def exclusions_against_sequence(g):
    # Two faces of one thing: the cases of the audit, which hold the two notes.
    cases = sorted(
        against_instructions(g),
        key=lambda case: [(n.owner.number, n.kind, n.position) for n in case.notes],
    )
    return [
        (one.owner.code, one.text, two.owner.code, str(two.kind), two.text)
        for one, two in (case.notes for case in cases)
    ]


@expected("shared-synonyms")
def shared_synonyms(g):
    pairs = sorted(
        (one, two, text)
        for text, nodes in synonyms(g).items()
        for one, two in combinations(nodes, 2)
    )
    return [
        (text, *titled(g.node(one)), *titled(g.node(two))) for one, two, text in pairs
    ]


def synonyms(g):
    """Return the nodes that have each synonym, once each."""
    found = {}
    for node in g.nodes():
        for text in {text.strip() for text in node.synonyms}:
            found.setdefault(text, []).append(node.number)
    return found


@expected("synonyms-as-titles")
def synonyms_as_titles(g):
    known = synonyms(g)
    rows = [
        (one, node.number, node.title)
        for node in g.nodes()
        for one in known.get(node.title, ())
        if one != node.number
    ]
    return [
        (title, *titled(g.node(one)), g.node(two).code)
        for one, two, title in sorted(rows)
    ]


@expected("never-alone")
def never_alone(g):
    return sorted(
        (*titled(node), owner)
        for node in g.nodes()
        if node.is_billable and "in diseases classified elsewhere" in node.title
        for owner in {n.owner.code for n in node.applicable_notes(NoteKind.CODE_FIRST)}
    )


@expected("missing-code-first")
def missing_code_first(g):
    return [
        titled(node)
        for node in g.nodes()
        if node.is_billable
        and "classified elsewhere" in node.title
        and not node.applicable_notes(NoteKind.CODE_FIRST)
    ]


@expected("etiology-manifestation")
def etiology_manifestation(g):
    return [
        (*titled(g.node(one)), *titled(g.node(two)))
        for one, two in linked(g, Relation.USE_ADDITIONAL)
        if (two, one) in linked(g, Relation.CODE_FIRST)
    ]


# The answers, compared


def check(g, ask, name, **values):
    answer = ask(name, **values)
    defaults = {p.name: p.default for p in QUERIES[name].parameters}
    should_be = EXPECTED[name](g, **(defaults | values))
    if isinstance(answer, Triples):
        answer = parsed(answer)
        if isinstance(should_be, int):
            assert {subject for subject, _, _ in answer} == {
                f"<{iri_of(g[str(defaults['code'])])}>"
            }
            assert len(answer) == should_be
            return answer
    assert answer == should_be
    return answer


@pytest.mark.parametrize("name", QUERIES)
def test_answer_is_that_of_the_graph(core, ask, name):
    assert check(core, ask, name), "its defaults show nothing"


def test_every_query_has_its_answer_here():
    assert EXPECTED.keys() == QUERIES.keys()


ABOUT_ONE_CODE = [
    name
    for name, one in QUERIES.items()
    if [p.name for p in one.parameters] == ["code"] and name != "describe"
]
CODES = [
    "M54.5", "G31.1", "G31.83", "G31.84", "F02.80", "E11.9",
    "A18.50", "S39.012A", "T36.0X5A", "Z79.4", "I10", "M36",
    "QA0", "H54.10", "B99-B99", "M40-M54", "chapter22",
]  # fmt: skip
"""A header, a scope's inside and outside, seventh characters, letters, ranges."""


@pytest.mark.parametrize("name", ABOUT_ONE_CODE)
def test_answer_for_codes_of_every_sort(core, ask, name):
    for code in CODES:
        check(core, ask, name, code=code)


@pytest.mark.parametrize("name", ["excluded", "why-excluded", "common-ancestor"])
def test_answer_for_pairs_of_codes(core, ask, name):
    for first, second in rows("pairs.jsonl"):
        check(core, ask, name, first=first, second=second)
        check(core, ask, name, first=second, second=first)


@pytest.mark.parametrize(
    "codes",
    [
        ["M54.50"],
        ["M54", "F45.41", "M54.50", "M54.50"],
        ["E11", "E10.9", "O24.4", "P70.2", "E13"],
        ["D72.824", "M27.8", "D72", "M26-M27"],
        ["T88.7XXA", "R65.10", "A00-B99", "S00-T88", "I10"],
    ],
)
def test_answer_for_lists_of_codes(core, ask, codes):
    """Qualified notes, headers, nodes above each other, self-exclusions."""
    check(core, ask, "expand-codes", codes=codes)
    check(core, ask, "conflicts-within", codes=codes)


@pytest.mark.parametrize("kind", NoteKind)
def test_answer_for_kinds_of_note(core, ask, kind):
    check(core, ask, "most-named", kind=kind)
    for code in ("G31", "M54.5", "M00-M99", "E11", "S06"):
        check(core, ask, "note-lookup", code=code, kind=kind)


def test_answer_for_words_in_any_case(core, ask):
    for words in ("BEHÇET", 'so-called "', "it's", "(", "no such words"):
        check(core, ask, "label-search", words=words)
        check(core, ask, "words-in-notes", words=words)


def test_the_card_of_low_back_pain(ask):
    """DOMAIN.md says what this code must never go with, and what it may go with."""
    never = {code: printed for code, _, printed, _ in ask("never-with")}
    assert never["F45.41"] == "M54"
    assert never["S39.012"] == never["M51.2"] == never["M54.4"] == "M54.5"
    assert "G89" in [code for code, *_ in ask("may-go-with")]
    rows = ask("notes-that-apply")
    assert ("inclusionTerm", "M54.50", None, "Loin pain") in rows
    assert ask("is-billable") is True
    assert len(ask("conflicts", code="E11")) == 779


# The files


@pytest.mark.parametrize("name", QUERIES)
def test_header_is_complete(name):
    one = QUERIES[name]
    assert one.name == name
    assert one.group in named_queries.GROUPS
    assert one.question.endswith("?")
    assert len(one.question) <= 80
    assert one.question[0].isupper()
    assert not one.explanation or one.explanation.endswith(".")
    assert "param" not in one.explanation, "not in the form of a parameter"
    assert max(map(len, one.text.splitlines())) <= 88
    used = set(re.findall(r"\$(\w+)", re.sub(r"(?m)^#.*", "", one.text)))
    assert used == {parameter.name for parameter in one.parameters}


@pytest.mark.parametrize("name", QUERIES)
def test_file_can_be_pasted_unchanged(name):
    """Its parameters are variables, and it declares all its prefixes."""
    one = QUERIES[name]
    # A variable cannot stand for a list.
    has_list = any(p.kind == "codes" for p in one.parameters)
    text = one.bind(None) if has_list else one.text
    pyoxigraph.Store().query(text)
    pytest.importorskip("rdflib.plugins.sparql").prepareQuery(text)


@pytest.mark.parametrize("name", QUERIES)
def test_prefixes_are_ours_and_no_more_than_needed(name):
    text = QUERIES[name].text
    bound = dict(re.findall(r"(?m)^PREFIX (\w+): <(.*)>$", text))
    bare = re.sub(r'"[^"\n]*"|<[^<>\s]*>|(?m:^#.*)', " ", text)
    assert bound == {prefix: PREFIXES[prefix] for prefix in bound}
    assert set(re.findall(r"\b(\w+):(?!\s)", bare)) == set(bound)


FUNCTIONS = {"CONTAINS", "COUNT", "IF", "LCASE", "MAX", "REPLACE", "STR", "SUM"}
FUNCTIONS |= {"STRAFTER"}
ONE_ROW = {"common-ancestor", "release", "undotted"}
KEYWORDS = {"BIND", "DESC", "FILTER", "HAVING", "IN", "SELECT"}


@pytest.mark.parametrize("name", QUERIES)
def test_file_keeps_to_what_every_engine_does_alike(name):
    """SPARQL 1.1's functions, no transitive paths, rows in an order that is given."""
    one = QUERIES[name]
    bare = re.sub(r'"[^"\n]*"|<[^<>\s]*>|#.*', " ", one.text)
    assert set(re.findall(r"(?<![\w?$:])([\w:]+) ?\(", bare)) - KEYWORDS <= FUNCTIONS
    assert not re.search(r"\w:\w+\)?[*+?]", bare), "engines disagree, or are slow"
    assert not re.search(r"SELECT[^{]*\$", bare), "a term cannot be selected"
    if one.form == "SELECT" and name not in ONE_ROW:
        assert re.search(r"(?m)^ORDER BY ", one.text)


def test_names_are_those_of_the_files():
    files = sorted(path.stem for path in (folder() / "queries").glob("*"))
    assert files == list(QUERIES)
    forms = {one.form for one in QUERIES.values()}
    assert forms == {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
    named_queries.queries().clear()
    assert named_queries.queries() == QUERIES, "the caller has a copy"


# Parameters


def test_unknown_query_lists_the_nearest():
    with pytest.raises(QueryError, match=r"'never-whit'. Did you mean never-with, ne"):
        named_queries.find("never-whit")


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("never-with", {"kode": "M54.50"}, "'kode' of never-with: expected code"),
        ("never-with", {"self": "M54.50"}, "unknown parameter 'self'"),
        ("defects", {"code": "M54.50"}, "'code' of defects: expected no parameters"),
        ("label-search", {"words": "\ud800"}, "expected text"),
        ("path", {"code": 1.5}, "invalid value 1.5 .* expected a code"),
        *(
            ("conflicts-within", {"codes": codes}, "expected codes, sections or chap")
            for codes in ("", " , ", [], (), 7, {"M54"})
        ),
        ("label-search", {"words": b"x"}, "invalid value b'x' .* expected text"),
        *(
            ("codes-at-level", {"level": level}, "expected a whole number")
            for level in ("9 } UNION {", "9.5", 9.5, "٣", "", "9\n", True, "1e3")
        ),
        *(
            ("most-named", {"kind": kind}, "expected one of excludes1, excludes2")
            for kind in ('excludes1"', "excludes3", "", "Excludes1", object())
        ),
    ],
)
def test_invalid_parameter_is_refused(name, values, message):
    with pytest.raises(QueryError, match=message) as error:
        QUERIES[name].bind(toy().core, **values)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("with_graph", "code", "name"),
    [
        (True, " m54 .50", "M54.50"),
        (True, toy().core["M54.50"], "M54.50"),
        (True, 13, "M00-M99"),
        (True, "b99 - b99", "B99-B99"),
        (True, "B99", "B99"),
        (False, "z999", "Z99.9"),
        (False, "m50 - m54", "M50-M54"),
        (False, "M54-M54\n", "M54-M54"),
    ],
)
def test_codes_in_any_spelling(with_graph, code, name):
    text = QUERIES["siblings"].bind(toy().core if with_graph else None, code=code)
    assert f"/{name}> skos" in text


@pytest.mark.parametrize(
    "code",
    rows("no_codes.jsonl"),
)
def test_code_cannot_contain_anything_else(code):
    for graph in (toy().core, None):
        with pytest.raises((ParseError, UnknownCode)):
            QUERIES["never-with"].bind(graph, code=code)


@pytest.mark.parametrize(
    "codes",
    [
        "M54.50,F45.41",
        "m5450 f45.41",
        ["M54.50", toy().core["F45.41"]],
        "M5450;\nF4541 ",
    ],
)
def test_lists_of_codes_in_any_spelling(codes):
    text = QUERIES["expand-codes"].bind(toy().core, codes=codes)
    m5450, f4541 = iri_of("M54.50"), iri_of("F45.41")
    assert f"VALUES ?given {{ <{m5450}> <{f4541}> }}" in text


def test_a_list_of_codes_may_have_ranges():
    text = QUERIES["expand-codes"].bind(None, codes="M50 - M54 I10, E00 -E89")
    assert re.findall(r"/([^/>]+)> ?(?=<|\})", text) == ["M50-M54", "I10", "E00-E89"]


def test_integers_are_written_plainly():
    bind = QUERIES["codes-at-level"].bind
    assert "ig:level 7 " in bind(toy().core, level="+07")
    assert "ig:level -7 " in bind(toy().core, level=-7)


ECHO = named_queries.read(
    "# echo: Which text was given?\n# param words: the text (text, default x)\n\n"
    "SELECT ?text WHERE { BIND($words AS ?text) } # $words",
)
HOSTILE = (
    '") } UNION { ?node ?p ?o } #',
    '"))) . ?x ?y ?z FILTER(CONTAINS("',
    '\\") } #',
    "\\",
    "\\u0022) } #",
    '"""',
    "'''",
    "$words",
    "<http://example.org/>",
    "line\r\nfeed",
    "# comment",
)


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\"'\\$u{}#\n<>")))
def test_text_cannot_leave_its_quotes(text):
    for words in (text, *HOSTILE):
        answer = pyoxigraph.Store().query(ECHO.bind(None, words=words))
        assert isinstance(answer, pyoxigraph.QuerySolutions)
        (row,) = answer
        assert row["text"].value == words
