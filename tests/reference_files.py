"""The reference files of `tests/data`, and what is known about them."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "data"
MANIFEST = json.loads((FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))
PROFILES = {name: (FOLDER / name, answers) for name, answers in MANIFEST["profiles"].items()}
WRONG = {name: (FOLDER / "wrong" / name, answers["kind"]) for name, answers in MANIFEST["wrong"].items()}
