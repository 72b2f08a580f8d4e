"""The sample in exports/ is what the bundled release gives now."""

import hashlib
import json
import runpy
from pathlib import Path

import pyoxigraph

EXPORTS = Path(__file__).parent.parent / "exports"


def test_sample_is_current(core, tmp_path):
    made = runpy.run_path(str(EXPORTS / "make.py"))["make"](core, tmp_path)
    assert set(made) == {"M54.ttl", "M54.jsonld", "manifest.json"}
    for name, text in made.items():
        path = EXPORTS / name
        kept = path.read_text("utf-8") if path.is_file() else ""
        assert kept.splitlines() == text.splitlines(), (
            f"exports/{name} is not what the release gives now; "
            "python exports/make.py writes it anew"
        )


def test_manifest_is_true_of_the_files():
    manifest = json.loads((EXPORTS / "manifest.json").read_text("utf-8"))
    for entry in manifest["files"]:
        data = (EXPORTS / entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
        form = pyoxigraph.RdfFormat.from_extension(Path(entry["file"]).suffix[1:])
        assert len(set(pyoxigraph.parse(data, format=form))) == entry["triples"]
