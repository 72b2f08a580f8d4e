"""Make the sample in this folder, and its manifest.

    python exports/make.py

The files are what ``icdgraph export`` writes from the bundled release; the manifest has
the command for each.  tests/test_export_sample.py checks that they are current.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import icdgraph
from icdgraph.export import FORMATS, export, pieces

if TYPE_CHECKING:
    from icdgraph.graph import Graph

FOLDER = Path(__file__).parent
ROOT = "M54"
FORMS = ("turtle", "jsonld")
MANIFEST = "manifest.json"


def make(graph: Graph, folder: Path = FOLDER) -> dict[str, str]:
    """Write the sample and its manifest into *folder*; return their texts by name."""
    node = graph[ROOT]
    paths = [
        export(graph, form, folder / f"{ROOT}.{FORMATS[form].ending}", node)
        for form in FORMS
    ]
    triples = len(set("".join(pieces(graph, "ntriples", node)).splitlines()))
    manifest = {
        "release": {
            "identifier": graph.edition.identifier,
            "version": graph.version,
            "source": graph.edition.source,
            "sha256": graph.edition.digest,
        },
        "files": [
            {
                "file": path.name,
                "command": f"icdgraph export {form} --root {ROOT} -o {path.name}",
                "triples": triples,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for form, path in zip(FORMS, paths, strict=True)
        ],
    }
    place = folder / MANIFEST
    place.write_text(json.dumps(manifest, indent=2) + "\n", "utf-8", newline="\n")
    return {path.name: path.read_text("utf-8") for path in (*paths, place)}


if __name__ == "__main__":
    for name in make(icdgraph.load().core):
        print(f"wrote {FOLDER / name}")
