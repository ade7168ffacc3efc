"""Where the tests find the reference captures and names lists."""

import csv
import json
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "traces" / "reference"
NAMES = FOLDER / "names"
CURRENT = FOLDER / "tf2.21.0-py3.11"
SPANS = FOLDER / "spans" / "tf2.21.0-py3.11"


def runs():
    """Return every reference run's folder."""
    return sorted(path.parent for path in FOLDER.glob("*/run.json"))


def runs_of_spans():
    """Return the folder of every reference run that has captures under probes."""
    return sorted(path.parent for path in FOLDER.glob("spans/*/run.json"))


def runs_of_layers():
    """Return the folder of every reference run that was made to tell layers apart."""
    return sorted(path.parent for path in FOLDER.glob("layers/*/run.json"))


def answers(run):
    """Return the known answers of a reference run."""
    return json.loads((run / "MANIFEST.json").read_text())["captures"]


def names():
    """Return environment slug -> set of (path, qualified name) for every names list."""
    found = {}
    for path in sorted(NAMES.glob("*.csv")):
        with path.open(newline="") as file:
            found[path.stem] = {(row["path"], row["name"]) for row in csv.DictReader(file)}
    return found


def inspected(run):
    """Return the keys of the catalogue's functions that a reference run's inspected calls entered."""
    entered = set()
    for path in run.glob("captures/*/*/wall-*/inspect.json"):
        functions = json.loads(path.read_text())["functions"]
        entered |= {key for key, function in functions.items() if function["entered"]}
    return entered
