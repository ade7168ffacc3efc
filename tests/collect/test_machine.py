import os

from profiler.collect import machine


def test_the_processor_is_named_by_its_first_core(tmp_path):
    (tmp_path / "cpuinfo").write_text("processor : 0\nmodel name : Fast 3000: X\nmodel name : Other\n")
    assert machine.cpu(str(tmp_path / "cpuinfo")) == "Fast 3000: X"


def test_a_system_without_the_file_may_not_say(tmp_path, monkeypatch):
    monkeypatch.setattr(machine.platform, "processor", lambda: "")
    assert machine.cpu(str(tmp_path / "none")) is None
    monkeypatch.setattr(machine.platform, "processor", lambda: "arm")
    assert machine.cpu(str(tmp_path / "none")) == "arm"


def test_cores_are_those_that_this_process_may_use(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5}, raising=False)
    assert machine.cores() == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    assert machine.cores() == os.cpu_count()
