import dataclasses

import pytest

from profiler.protocol.host import CpuSeconds, HostState
from profiler.protocol.spec import EnvironmentFacts, Waiting
from profiler.results import warnings
from profiler.runs import record
from profiler.runs.manifest import Sitting
from tests import reference

FACTS = EnvironmentFacts("2.21.0", "3.15.1", python="3.12.1", device="CPU", jit_compile=False)
QUIET = HostState(0.1, 2, [0, 1], None, None, None, CpuSeconds(1000.0, 100.0, 0.0), 0.0)
QUIET_LATER = dataclasses.replace(QUIET, cpu_s=CpuSeconds(1200.0, 100.0, 0.0))
BUSY_LATER = dataclasses.replace(QUIET, cpu_s=CpuSeconds(1200.0, 200.0, 0.0))


@pytest.fixture
def run():
    return record.read(reference.CURRENT)


def of_run(run, **changes):
    manifest = dataclasses.replace(run.manifest, **changes)
    return list(warnings.of_run(dataclasses.replace(run, manifest=manifest), [], run.manifest.catalogue))


def test_a_complete_run_on_a_quiet_machine_is_not_warned_of(run):
    assert of_run(run, sittings=[Sitting(QUIET, QUIET_LATER)]) == []


def test_each_sitting_is_judged_by_its_own_machine(run):
    """A resumed run was judged by the load before its first start."""
    found = of_run(run, sittings=[Sitting(QUIET, QUIET_LATER), Sitting(QUIET, BUSY_LATER)])
    assert [text for text in found if "other programs used 50%" in text]
    assert of_run(run, sittings=[Sitting(QUIET, QUIET_LATER), Sitting(QUIET, None)]) == []


def test_an_interrupted_run_and_another_catalogue_are_told(run):
    found = list(warnings.of_run(dataclasses.replace(run), [], "kprof-internals/999"))
    assert any("attributed with kprof-internals/999" in text for text in found)
    assert "the run is interrupted: what it lacks is not shown" in of_run(run, status="interrupted")


def test_an_environment_s_notes_are_told_with_its_name(run):
    (slug,) = run.manifest.environments
    facts = dataclasses.replace(FACTS, notes=["made with the pins of 2.1.0"])
    assert f"{slug}: made with the pins of 2.1.0" in of_run(run, environments={slug: facts})


def test_xla_that_keras_turned_on_by_itself_is_told(run):
    (slug,) = run.manifest.environments
    facts = dataclasses.replace(FACTS, device="GPU", jit_compile=True)
    assert any("both run XLA" in text for text in of_run(run, environments={slug: facts}))


def test_a_failed_inspected_call_is_told_with_its_reason(run):
    capture = run.captures[0]
    manifest = dataclasses.replace(capture.manifest, inspection_error="ValueError: no")
    (found,) = warnings.of_captures([dataclasses.replace(capture, manifest=manifest)])
    assert "the inspected call failed: ValueError: no" in found


def test_calls_that_could_not_be_split_are_told_with_the_reason(run):
    manifest = dataclasses.replace(run.captures[0].manifest, unsplit="another tool came")
    (found,) = warnings.of_captures([dataclasses.replace(run.captures[0], manifest=manifest)])
    assert "calls of process 0 are not split into frame and teardown: another tool came" in found


def test_a_cprofile_that_loses_frames_names_an_interpreter_that_keeps_them(run):
    capture = next(one for one in run.captures if one.instrument == "cprofile")
    facts = dataclasses.replace(FACTS, cprofile_lost_frames=["f"], cprofile_remedy="Python 3.11.7")
    assert "Python 3.11.7, found here, keeps them" in warnings.of_unusable(capture, facts, "lost")
    assert "lost: no shares from it" in warnings.of_unusable(capture, FACTS, "lost")


def test_a_process_that_used_a_core_while_it_waited_is_told_once_for_all_its_captures(run):
    first, second, *_ = run.captures

    def waited(capture, process, cpu_ns):
        manifest = dataclasses.replace(capture.manifest, waiting=Waiting(4, 1_000_000, cpu_ns))
        return dataclasses.replace(capture, process=process, manifest=manifest)

    quiet = [waited(first, 0, 30_000), waited(first, 1, 10_000)]
    assert not any("waited" in line for line in of_run(dataclasses.replace(run, captures=tuple(quiet))))
    busy = (*quiet, waited(first, 2, 150_000), waited(second, 2, 150_000))
    (line,) = (text for text in of_run(dataclasses.replace(run, captures=busy)) if "waited" in text)
    slug = first.environment
    assert line.startswith(f"{slug}: 1 of 3 processes used the cores while they waited for their turns")
    assert "process 2 15% of one" in line
