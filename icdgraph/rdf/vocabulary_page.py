"""A page about the vocabulary, for people, made from its Turtle.

    python -m icdgraph.rdf.vocabulary_page > docs/ontology.html

One HTML file that needs nothing else: the header of the ontology, the tree of classes
and of properties, then every term in the order of ``ontology/icdgraph.ttl``, each at
its own anchor (``#excludes1``) with label, comment, example, domain, range, and what
it stands under and against.  The same Turtle gives the same page.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from html import escape
from typing import TYPE_CHECKING

import pyoxigraph

from icdgraph.rdf.vocabulary import IG, PREFIXES, expand, folder

if TYPE_CHECKING:
    from collections.abc import Iterator

ONTOLOGY = IG.rstrip("#")

Values = dict[str, list[str]]
"""What is said of a term: the values of each predicate, as IRIs or words."""

GROUPS = (
    ("Classes", ("owl:Class",)),
    ("Links between things", ("owl:ObjectProperty",)),
    ("Words, numbers and facts", ("owl:DatatypeProperty",)),
)
"""The parts of the page, and the types of the terms in each."""

ROWS = (
    ("Under", ("rdfs:subClassOf", "rdfs:subPropertyOf")),
    ("Above", ("above",)),
    ("From", ("rdfs:domain",)),
    ("To", ("rdfs:range",)),
    ("Inverse", ("owl:inverseOf",)),
    ("Never also", ("owl:disjointWith",)),
    ("See also", ("rdfs:seeAlso",)),
)
"""The rows of a term's table, and the predicates whose values they show."""

_PREFIXES = {
    **PREFIXES,
    "vann": "http://purl.org/vocab/vann/",
}
_CODE = re.compile(r'(<[^>]*>|"(?:[^"\\]|\\.)*"(?:@\w+)?)')


@cache
def statements() -> dict[str, Values]:
    """Return what ``icdgraph.ttl`` says of each of its subjects, in its order.

    >>> statements()[expand("ig:excludes1")][expand("rdfs:range")]
    ['http://www.w3.org/2004/02/skos/core#Concept']
    """
    found: dict[str, Values] = {}
    for triple in pyoxigraph.parse(
        path=folder() / "icdgraph.ttl", format=pyoxigraph.RdfFormat.TURTLE
    ):
        subject, value = triple.subject, triple.object
        if isinstance(subject, pyoxigraph.NamedNode) and isinstance(
            value, pyoxigraph.NamedNode | pyoxigraph.Literal
        ):
            said = found.setdefault(subject.value, {})
            said.setdefault(triple.predicate.value, []).append(value.value)
    return found


def terms() -> dict[str, Values]:
    """Return the terms of our own, with what stands under them and both inverses."""
    own = {
        iri: {predicate: list(values) for predicate, values in said.items()}
        for iri, said in statements().items()
        if iri.startswith(IG)
    }
    disjoint = expand("owl:disjointWith")
    for iri, said in list(own.items()):
        for predicate in ("rdfs:subClassOf", "rdfs:subPropertyOf"):
            for above in said.get(expand(predicate), ()):
                if above in own:
                    own[above].setdefault("above", []).append(iri)
        for other in said.get(disjoint, ()):
            against = own[other].setdefault(disjoint, []) if other in own else [iri]
            if iri not in against:
                against.append(iri)
    return own


def page() -> str:
    """Return the page.

    >>> page().startswith("<!DOCTYPE html>") and 'id="excludes1"' in page()
    True
    """
    own = terms()
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            *_head(),
            "<body>",
            *_header(),
            *_contents(own),
            "<main>",
            *(line for group in GROUPS for line in _group(*group, own)),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _head() -> Iterator[str]:
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{_of_ontology('dct:title')}</title>"
    yield f"<style>{STYLE}</style>"
    yield "</head>"


def _of_ontology(predicate: str) -> str:
    return escape(statements()[ONTOLOGY][expand(predicate)][0])


def _header() -> Iterator[str]:
    yield "<header>"
    yield f"<h1>{_of_ontology('dct:title')}</h1>"
    yield f"<p>{_of_ontology('dct:description')}</p>"
    yield '<dl class="facts">'
    for name, value in (
        ("Namespace", f"<code>{escape(IG)}</code>"),
        ("Prefix", "<code>ig</code>"),
        ("Version", _of_ontology("owl:versionInfo")),
        ("Made by", _of_ontology("dct:creator")),
        ("Licence", _link(statements()[ONTOLOGY][expand("dct:license")][0])),
    ):
        yield f"<div><dt>{name}</dt><dd>{value}</dd></div>"
    yield "</dl>"
    yield (
        '<p class="hint">Examples are Turtle and true of the release of April 2026; '
        "IRIs in them are relative to it.</p>"
    )
    yield "</header>"


def _contents(own: dict[str, Values]) -> Iterator[str]:
    yield '<nav aria-label="Terms">'
    for title, kinds in GROUPS:
        yield f"<section><h2>{title}</h2>"
        yield from _tree(_of_kind(own, kinds))
        yield "</section>"
    yield "</nav>"


def _of_kind(own: dict[str, Values], kinds: tuple[str, ...]) -> dict[str, Values]:
    wanted = {expand(kind) for kind in kinds}
    types = expand("rdf:type")
    return {iri: said for iri, said in own.items() if wanted & {*said.get(types, ())}}


def _tree(own: dict[str, Values]) -> Iterator[str]:
    """Yield nested lists of *own*: by what terms of other vocabularies they are under.

    Terms that are under none come last, without a heading.
    """
    tops: dict[str, list[str]] = {}
    for iri, said in own.items():
        above = _above(said)
        if not set(above) & own.keys():
            tops.setdefault(above[0] if above else "", []).append(iri)
    yield '<ul class="tree">'
    for top in sorted(tops, key=lambda top: not top):
        if top:
            yield f'<li><span class="foreign">{_link(top)}</span><ul>'
        for iri in tops[top]:
            yield from _branch(iri, own)
        if top:
            yield "</ul></li>"
    yield "</ul>"


def _branch(iri: str, own: dict[str, Values]) -> Iterator[str]:
    below = own[iri].get("above", ())
    if not below:
        yield f"<li>{_link(iri)}</li>"
        return
    yield f"<li>{_link(iri)}<ul>"
    for child in below:
        yield from _branch(child, own)
    yield "</ul></li>"


def _above(said: Values) -> list[str]:
    return [
        *said.get(expand("rdfs:subClassOf"), ()),
        *said.get(expand("rdfs:subPropertyOf"), ()),
    ]


def _group(title: str, kinds: tuple[str, ...], own: dict[str, Values]) -> Iterator[str]:
    yield f"<h2>{title}</h2>"
    for iri, said in _of_kind(own, kinds).items():
        yield from _term(iri, said)


def _term(iri: str, said: Values) -> Iterator[str]:
    name = iri.removeprefix(IG)
    yield f'<article id="{escape(name)}">'
    yield (
        f'<h3><a href="#{escape(name)}"><code>ig:{escape(name)}</code></a> '
        f"<small>{escape(said[expand('rdfs:label')][0])}</small></h3>"
    )
    for comment in said[expand("rdfs:comment")]:
        yield f"<p>{_prose(comment)}</p>"
    for example in said[expand("skos:example")]:
        yield f"<pre><code>{_example(example)}</code></pre>"
    yield "<dl>"
    for row, predicates in ROWS:
        values = [v for p in predicates for v in said.get(_iri(p), ())]
        if values:
            links = ", ".join(_link(value) for value in values)
            yield f"<div><dt>{row}</dt><dd>{links}</dd></div>"
    yield "</dl>"
    yield "</article>"


def _iri(predicate: str) -> str:
    return expand(predicate) if ":" in predicate else predicate


def _link(iri: str) -> str:
    """Return a link to *iri*, on this page where it is a term of ours."""
    href = f"#{iri.removeprefix(IG)}" if iri.startswith(IG) else iri
    return f'<a href="{escape(href)}">{escape(_short(iri))}</a>'


def _short(iri: str) -> str:
    """Return *iri* as people write it.

    >>> _short("http://www.w3.org/2004/02/skos/core#Concept")
    'skos:Concept'
    """
    for prefix, start in _PREFIXES.items():
        name = iri.removeprefix(start)
        if name != iri and name:
            return f"{prefix}:{name}"
    return iri.removeprefix("https://").removeprefix("http://")


def _prose(text: str) -> str:
    """Return *text* as HTML, the names of terms in it as links.

    >>> _prose("as ig:note & more")
    'as <a href="#note">ig:note</a> &amp; more'
    """
    prefixes = "|".join(_PREFIXES)
    parts = re.split(rf"\b((?:{prefixes}):[A-Za-z0-9]+)", text)
    return "".join(
        _link(_PREFIXES[part.partition(":")[0]] + part.partition(":")[2])
        if number % 2
        else escape(part)
        for number, part in enumerate(parts)
    )


def _example(turtle: str) -> str:
    """Return an example with its literals and IRIs set apart."""
    return "".join(
        f'<span class="{"text" if part[0] == chr(34) else "iri"}">{escape(part)}</span>'
        if number % 2
        else escape(part)
        for number, part in enumerate(_CODE.split(turtle))
    )


STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fdfdfc; --ink: #1c2024; --faint: #5d6670; --rule: #dfe3e6;
  --link: #0b5cad; --panel: #f3f5f6; --text: #8a3d12; --iri: #2d6a4f; --mark: #fff3c9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --ink: #e4e7ea; --faint: #9aa4ae; --rule: #30363c;
    --link: #7db8f5; --panel: #1d2226; --text: #f0a878; --iri: #8fd3b0;
    --mark: #3a3414;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
  display: grid; grid-template: "header header" auto "nav main" auto / 20rem 1fr;
  max-width: 78rem; margin-inline: auto; padding: 0 1.5rem 4rem; column-gap: 3rem;
}
header { grid-area: header; padding: 2.5rem 0 1.25rem; max-width: 50rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .75rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 1rem; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
code, pre, .foreign {
  font-family: ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace;
}
code { font-size: .92em; }
.hint, small, dt { color: var(--faint); }
.facts { display: flex; flex-wrap: wrap; gap: .25rem 2rem; }
.facts div { display: block; }
.facts dt { font-size: .8rem; }
nav {
  grid-area: nav; font-size: .88rem; position: sticky; top: 0; align-self: start;
  max-height: 100vh; overflow-y: auto; padding-bottom: 1rem;
}
nav h2 { font-size: .95rem; margin: 1.25rem 0 .4rem; }
nav ul { list-style: none; margin: 0; padding-left: .9rem; }
nav .tree { padding-left: 0; }
nav ul ul { border-left: 1px solid var(--rule); }
nav .foreign { font-size: .92em; opacity: .8; }
main { grid-area: main; min-width: 0; }
main > h2:first-child { margin-top: 1.25rem; }
article { border-top: 1px solid var(--rule); padding: 1rem 0 1.1rem; }
article:target { background: var(--mark); box-shadow: 0 0 0 .75rem var(--mark); }
h3 { font-size: 1.08rem; margin: 0 0 .35rem; }
h3 a { color: inherit; }
h3 small { font-weight: 400; margin-left: .4rem; font-size: .92rem; }
article p { margin: 0 0 .6rem; max-width: 44rem; }
pre {
  background: var(--panel); border-radius: 6px; padding: .55rem .8rem;
  margin: 0 0 .6rem; font-size: .86rem; white-space: pre-wrap; overflow-wrap: anywhere;
}
.text { color: var(--text); }
.iri { color: var(--iri); }
dl { margin: 0; font-size: .9rem; }
dl div { display: grid; grid-template-columns: 6rem 1fr; }
dd { margin: 0; }
@media (max-width: 52rem) {
  body { display: block; padding-inline: 1rem; }
  nav { position: static; max-height: none; }
}
@media print { nav { display: none; } body { display: block; } }
"""


if __name__ == "__main__":
    sys.stdout.write(page())
