"""Write what our IRIs stand for, as files: ``python docs/make_site.py DIR [RELEASE]``.

Any static host can serve them; ``ontology/.htaccess`` redirects to them from w3id.org:

    DIR/ontology.html                       the vocabulary; so are findings and shapes
    DIR/release/2026-04-01.html             the release, as a data set of VoID
    DIR/void.html                           the same, for the last release written
    DIR/release/2026-04-01/note/M54.html    the notes of M54 and of what is below it
    DIR/release/2026-04-01/level.html       the levels, and so on for other resources
    DIR/icd10cm.owl                         the release as an ontology in OWL

Each is there as .html, .ttl and .jsonld.  *RELEASE* is one that ``icdgraph --release``
takes; releases can be written into one folder after the other.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import icdgraph
from icdgraph.export import formats
from icdgraph.rdf import mapping, turtle
from icdgraph.rdf.vocabulary import release_iri
from icdgraph.web import resources
from icdgraph.web.addresses import FORMATS
from icdgraph.web.templates import Templates

if TYPE_CHECKING:
    from icdgraph.graph import Graph
    from icdgraph.rdf.mapping import Resource

FORMS = [form for form in FORMATS if form.suffix in (".ttl", ".jsonld")]


def site(graph: Graph, folder: Path) -> None:
    """Write the files of the vocabulary and of the release *graph* into *folder*."""
    templates, release = Templates(graph), release_iri(graph)

    def write(path: str, iri: str, text: str, is_document: bool = True) -> None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        for form in FORMS:
            data = resources.written(text, form.media)
            file.with_name(file.name + form.suffix).write_bytes(data)
        values = resources.page(graph, iri, text, str, is_document)
        names = {"layout": "plain.html", "at": file.name, "forms": FORMS}
        page = templates.render("resource.html", **names, **values)
        file.with_name(file.name + ".html").write_bytes(page)

    for path in resources.DOCUMENTS:
        write(path, resources.iri_at(path), resources.document(path) or "")
    *_, last = mapping.resources(graph)  # the number of triples
    described = resources.void(graph) + "".join(turtle.lines([last], release))
    for path in ("void", release.removeprefix(resources.HOME)):
        write(path, release, described, is_document=False)
    for path, group in parts(graph).items():
        text = "".join(turtle.lines(group, release))
        write(f"{release.removeprefix(resources.HOME)}/{path}", release, text)
    formats.export(graph, "rdfxml", folder / "icd10cm.owl", profile="owl")


def parts(graph: Graph) -> dict[str, list[Resource]]:
    """Return the resources below the release by the file that they are written to.

    Notes and 7th characters are together by the three characters that the code or the
    range begins with; a redirect can tell from their IRI which file it is.
    """
    found: dict[str, list[Resource]] = {}
    for subject, statements in mapping.resources(graph):
        if not subject.startswith("<") or subject == "<>" or "://" in subject:
            continue
        kind, *rest = subject[1:-1].split("/")
        path = f"{kind}/{rest[0][:3]}" if kind in ("note", "seventh") else kind
        found.setdefault(path, []).append((subject, statements))
    return found


if __name__ == "__main__":
    site(icdgraph.load(*sys.argv[2:]).core, Path(sys.argv[1]))
