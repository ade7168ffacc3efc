"""What stands beside a ratio: whether both variants give the same, and what ``compile()`` sets."""

import dataclasses

import pytest

from profiler.protocol import files, schemas
from profiler.protocol.outputs import OutputArray, OutputDifference, Outputs
from profiler.results import build, outputs
from profiler.runs import record
from tests.report import made_run

PREDICT = made_run.COMPILED
CALL = PREDICT.differing(entry_point="call")
UNCOMPILED = PREDICT.differing(compile_state="uncompiled")

ARRAY = OutputArray("", "float32", [32, 1])
SAME = OutputDifference(None, values=32, absolute=1e-7, relative=2e-7, ulp=2, tolerance=1e-3)
FAR = OutputDifference(None, values=32, beyond=3, absolute=0.5, relative=0.25, ulp=9999, tolerance=1e-3)


def found(repeated=SAME, call=None):
    return Outputs([ARRAY], repeated, {} if call is None else {PREDICT.id: call})


@pytest.mark.parametrize(
    ("baseline", "candidate", "word", "says"),
    [
        (found(), found(call=SAME), "same", ""),
        (found(), found(call=FAR), "differ", "3 of 32 values, by at most 0.5, relative 0.25, 9999 ULP"),
        (
            found(),
            found(call=OutputDifference("the shape is (1,) instead of (2,)")),
            "differ",
            "the shape is",
        ),
        # that one of them varies says more than that they differ
        (found(FAR), found(call=FAR), "vary", "vary from call to call (random or stateful)"),
        (found(), found(FAR, call=SAME), "vary", "vary from call to call"),
        (None, None, None, ""),
        (found(), None, None, ""),
        (None, found(), None, ""),
    ],
)
def test_two_variants_give_the_same_or_differ_or_vary(baseline, candidate, word, says):
    got, remark = outputs.compared(baseline, candidate, PREDICT.id)
    assert got == word
    assert says in remark


def test_a_difference_of_nothing_is_said_so():
    assert outputs.said(OutputDifference(None, values=3, absolute=0.0)) == "equal bit for bit"


@pytest.fixture
def run(tmp_path):
    """Return what writes a run of three variants whose captures hold these outputs and settings."""

    def write(changes):
        path = made_run.write(tmp_path / "run", dict.fromkeys((UNCOMPILED, PREDICT, CALL), [5.0] * 3))
        for variant, (given, settings) in changes.items():
            folder = path / files.CAPTURES_FOLDER / made_run.SLUG / variant.folder / "wall-1"
            manifest = files.read_json(str(folder / files.CAPTURE_FILE), schemas.CAPTURE)
            if given is not None:
                place = folder / files.OUTPUTS_FILE
                files.write_json(str(place), {"schema": schemas.OUTPUTS, **dataclasses.asdict(given)})
                manifest["files"][files.OUTPUTS_FILE] = files.sha256(str(place))
            files.write_json(str(folder / files.CAPTURE_FILE), {**manifest, "settings": settings})
        return path

    return write


def by_candidate(report):
    return {one.candidate.partition(":")[2]: one for one in report.comparisons}


def test_a_report_says_beside_each_ratio_what_both_give(run):
    path = run({PREDICT: (found(), {}), CALL: (found(call=FAR), {})})
    report = build.build(path)
    call = by_candidate(report)[CALL.id]
    assert call.outputs == "differ"
    assert "outputs differ: 3 of 32 values" in call.remarks[0]
    assert by_candidate(report)[PREDICT.id].outputs is None
    assert {one.id: one.outputs is not None for one in report.variants} == {
        UNCOMPILED.id: False,
        PREDICT.id: True,
        CALL.id: True,
    }


def test_a_run_of_an_older_version_says_nothing_of_outputs(run):
    report = build.build(run({}))
    assert {(one.outputs, one.remarks) for one in report.comparisons} == {(None, ())}
    assert {one.outputs for one in report.variants} == {None}


def test_what_only_compile_sets_stands_beside_the_ratio_of_the_states(run):
    plain = {"jit_compile": "False", "run_eagerly": "False", "steps_per_execution": "1"}
    path = run({UNCOMPILED: (None, plain), PREDICT: (None, {**plain, "run_eagerly": "True"})})
    assert by_candidate(build.build(path))[PREDICT.id].remarks == (
        "run_eagerly is True instead of False: compile() sets it",
    )


def test_what_a_model_does_not_say_of_itself_is_the_default(run):
    path = run({UNCOMPILED: (None, {"run_eagerly": "False"}), PREDICT: (None, {"steps_per_execution": "1"})})
    assert by_candidate(build.build(path))[PREDICT.id].remarks == ()


def test_a_damaged_file_loses_the_comparison_and_no_time(run):
    path = run({PREDICT: (found(), {})})
    place = next(path.rglob(files.OUTPUTS_FILE))
    damaged = '{"schema": "kprof.outputs/1", "arrays": 3}'
    place.write_text(damaged)
    folder = place.parent
    manifest = files.read_json(str(folder / files.CAPTURE_FILE), schemas.CAPTURE)
    manifest["files"][files.OUTPUTS_FILE] = files.sha256(str(place))
    files.write_json(str(folder / files.CAPTURE_FILE), manifest)
    captures = record.read(path).of(made_run.SLUG, PREDICT)
    assert outputs.of_captures(captures) is None
    (one,) = [one for one in build.build(path).variants if one.id == PREDICT.id]
    assert one.latency_ms is not None
