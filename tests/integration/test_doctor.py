"""``kprof doctor`` in the environment of the tests, which can measure."""

import pytest

from profiler.cli.main import main

pytestmark = pytest.mark.integration


def test_an_environment_that_can_measure_has_no_failure(capsys, tmp_path):
    assert main(["doctor", "--out", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    found = {line[6:].partition(":")[0]: line[:4].strip() for line in lines}
    wanted = ("interpreter", "TensorFlow", "Keras", "TensorFlow profiler", "device", "traces folder", "disk")
    assert {name: found[name] for name in wanted} == dict.fromkeys(wanted, "ok")
    assert "fail" not in found.values()
