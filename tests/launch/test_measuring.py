"""What is measured of a run's steps, and what is told; more in the tests of the manager and the sides."""

import pytest

from profiler.protocol.errors import EXIT_PARTIAL, CollectError
from tests.launch.fake_worker import manifest_of


def test_no_capture_at_all_is_an_error_with_the_first_reason(run, worker):
    worker.breaks = {0, 1, 2}
    with pytest.raises(
        CollectError, match="no capture succeeded: process 1: the worker ended with exit code 1"
    ):
        run(processes=3)


def test_some_that_failed_are_told_with_how_to_go_on(run, worker):
    worker.breaks = {1}
    outcome, manifest, heard = run(processes=3)
    assert outcome.exit_code == EXIT_PARTIAL
    assert heard.notes[-1] == (
        "exit code 3: 5 of 15 captures failed, the report has the others; measure what it lacks with: "
        f"kprof run --resume {outcome.run_path}"
    )
    assert manifest["status"] == "complete"


def test_what_a_kill_left_behind_is_removed_and_nothing_partial_stays(run, worker, tmp_path, interrupted):
    path = interrupted()
    left = path / ".partial-1"
    left.mkdir()
    (left / "file").write_text("")
    from profiler.launch import resume
    from profiler.launch.listener import Silent

    resume.resume(path, {}, Silent())
    assert not list(path.glob(".partial-*"))
    assert {one["process"] for one in manifest_of(path)["captures"]} >= {0, 1}
