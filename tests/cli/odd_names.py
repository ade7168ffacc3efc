"""A run whose workload has a name that turns a terminal's text around."""

import shutil
from pathlib import Path

from tests import reference

SHOWN = "ti\\u202eny/uncompiled/predict/b32"


def write(path: Path) -> Path:
    """Write the run and return it."""
    run = shutil.copytree(reference.CURRENT, path)
    for manifest in (run / "run.json", *run.glob("captures/*/*/*/capture.json")):
        text = manifest.read_text()
        manifest.write_text(text.replace('"workload": "tiny"', '"workload": "ti\u202eny"'))
    return run
