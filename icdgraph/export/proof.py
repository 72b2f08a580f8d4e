"""Findings as JSON-LD, with all that an appeal needs to prove them.

    check (prov:Activity) ── prov:used ──> the release, its day and its digest
      └ prov:generated ──> ig:Finding ── ig:concerns ──> ICD10CM:M54.50, F45.41
                              └ ig:reason ──> ig:Reason ── ig:restsOn ──> the note
                                                  └ its text, verbatim, and its path

Codes, notes and the release have the IRIs that they have in the RDF of the graph, so
that one SPARQL query can ask for both (docs/appeals.md has an example).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from icdgraph.model import NoteKind
from icdgraph.rdf.vocabulary import IG, PREFIXES, iri_of, path_of, release_iri

if TYPE_CHECKING:
    from icdgraph.check import Finding, Findings
    from icdgraph.check.finding import Reason
    from icdgraph.graph import Graph

_LINK, _LIST = {"@type": "@id"}, {"@type": "@id", "@container": "@list"}
CONTEXT: dict[str, Any] = {
    **{name: PREFIXES[name] for name in ("ig", "prov", "dct", "xsd")},
    "id": "@id",
    "type": "@type",
    "codes": {"@id": "ig:codes", "@container": "@list"},
    "used": {"@id": "prov:used", **_LINK},
    "generated": {"@id": "prov:generated", **_LINK},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", **_LINK},
    "issued": {"@id": "dct:issued", "@type": "xsd:date"},
    "concerns": {"@id": "ig:concerns", **_LIST},
    "proposes": {"@id": "ig:proposes", **_LINK},
    "appliesTo": {"@id": "ig:appliesToCode", **_LINK},
    "restsOn": {"@id": "ig:restsOn", **_LINK},
    "definedAt": {"@id": "ig:definedAt", **_LINK},
    "inheritedBy": {"@id": "ig:inheritedBy", **_LIST},
    "@vocab": IG,
}
_KINDS = {kind.heading: kind for kind in NoteKind}


def proof(graph: Graph, findings: Findings) -> dict[str, Any]:
    """Return *findings* as a JSON-LD document.

    The same findings give the same document, its IRIs included.

    >>> from icdgraph.toy import toy
    >>> document = proof(toy().core, toy().check(["M54.50", "F45.41"]))
    >>> document["generated"][0]["reason"][0]["text"]
    'psychogenic dorsalgia (F45.41)'
    """
    release, edition = release_iri(graph), graph.edition
    content = json.dumps([release, findings.codes, findings.records()])
    check = f"urn:uuid:{uuid5(NAMESPACE_URL, content)}"
    source: dict[str, Any] = {"id": release, "version": edition.version}
    if edition.effective:
        source["issued"] = edition.effective
    if edition.digest:
        source["sha256"] = edition.digest
    return {
        "@context": CONTEXT,
        "type": ["Check", "prov:Activity"],
        "id": check,
        "codes": list(findings.codes),
        "used": source,
        "generated": [
            _finding(graph, finding, release, f"{check}#{number}")
            for number, finding in enumerate(findings, 1)
        ],
    }


def _finding(graph: Graph, finding: Finding, release: str, iri: str) -> dict[str, Any]:
    known = [code for code in finding.codes if graph.get(code)]
    record = {
        "type": ["Finding", "prov:Entity"],
        "id": iri,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "section": finding.section,
        "resolves": finding.resolves,
        "unless": finding.unless,
        "concerns": list(map(iri_of, known)),
        "proposes": list(map(iri_of, finding.proposals)),
        "reason": [_reason(reason, release) for reason in finding.reasons],
        "wasDerivedFrom": release,
    }
    return {name: value for name, value in record.items() if value}


def _reason(reason: Reason, release: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "type": "Reason",
        "text": reason.text,
        "heading": reason.heading,
        "section": reason.section,
        "quote": reason.quote,
        "state": reason.state,
        "appliesTo": iri_of(reason.code),
    }
    if reason.position:
        kind = _KINDS[reason.kind]
        path = path_of("note", reason.defined_at, kind, reason.position)
        record |= {
            "restsOn": f"{release}/{path}",
            "definedAt": iri_of(reason.defined_at),
            "inheritedBy": list(map(iri_of, reason.path)),
        }
    return {name: value for name, value in record.items() if value}
