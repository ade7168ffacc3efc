"""Which facts around two sides differ, and which of them show another machine."""

from profiler.comparison import environments, sides
from profiler.comparison.sides import Chosen
from tests.report.made_run import ENVIRONMENT, SLUG, write

STEADY = (49.9, 50.0, 50.1)


def changed(tmp_path, **facts):
    before = write(tmp_path / "a", STEADY)
    after = write(tmp_path / "b", STEADY, environment={**ENVIRONMENT, **facts})
    return environments.change((SLUG, SLUG), *sides.read(Chosen(before), Chosen(after)))


def test_a_release_is_no_machine(tmp_path):
    found = changed(tmp_path, framework_version="2.20.0")
    assert [(one.name, one.before, one.after) for one in found.facts] == [
        ("framework_version", "2.21.0", "2.20.0")
    ]
    assert found.machine == ()


def test_threads_are_named_by_kind_and_a_processor_is_the_machine(tmp_path):
    found = changed(tmp_path, cpu="Model B", threads={"intra_op": 4, "inter_op": 2, "omp": None})
    assert [one.name for one in found.facts] == ["cpu", "intra_op threads"]
    assert [one.name for one in found.machine] == ["cpu"]
