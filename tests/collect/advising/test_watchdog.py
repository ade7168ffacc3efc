"""A step that hangs ends the process, and the file says whose step it was."""

import json
import subprocess
import sys
from pathlib import Path

from profiler.collect.advising.watchdog import Watchdog
from profiler.protocol import files
from profiler.protocol.advising import EXIT_STUCK

ROOT = Path(__file__).resolve().parents[3]


def test_the_file_names_the_step_until_all_is_done(tmp_path):
    watchdog = Watchdog(str(tmp_path), 1e6)
    with watchdog.watching("call", "first calls"):
        said = json.loads((tmp_path / files.DOING_FILE).read_text())
    assert (said["candidate"], said["step"], said["limit_s"]) == ("call", "first calls", 1e6)
    watchdog.close()
    watchdog.close()
    assert not (tmp_path / files.DOING_FILE).exists()


def test_a_step_that_takes_too_long_ends_the_process(tmp_path):
    code = (
        "import sys, threading\n"
        "from profiler.collect.advising import watchdog\n"
        "watchdog.LOOK_S = 0.01\n"
        "with watchdog.Watchdog(sys.argv[1], 0.0).watching('call', 'first calls'):\n"
        "    threading.Event().wait()\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == EXIT_STUCK
    assert json.loads((tmp_path / files.DOING_FILE).read_text())["candidate"] == "call"
