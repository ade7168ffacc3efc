"""Shares from spans that are written down by hand."""

import dataclasses
import json

import numpy as np
import pytest

from profiler.attribution.instruments import probes
from profiler.catalogue import catalogue, presence
from profiler.catalogue.presence import Place, Resolution
from profiler.collect import captures
from profiler.collect.captures import Timing
from profiler.collect.instruments import Recording
from profiler.protocol import files
from profiler.protocol.errors import KprofError
from profiler.protocol.probes import AROUND, IN_FRAME
from profiler.protocol.spec import BlockRecord
from profiler.runs import record
from tests import reference
from tests.report import made_run
from tests.report.made_run import COMPILED, SLUG

CATALOGUE = catalogue.load()
PLACES = {name: Place(f"{name}.py", 1, name) for name in ("predict", "data_adapter", "func_graph", "execute")}
KEYS = [probes.key_of(place) for place in PLACES.values()]
PREDICT, ADAPTER, GRAPH, EXECUTE = range(4)
CALL = [(PREDICT, 5, 95), (ADAPTER, 10, 40), (GRAPH, 20, 30), (GRAPH, 22, 28), (EXECUTE, 50, 70)]


def resolutions():
    none = Resolution("not called")
    found = {internal.id: none for internal in CATALOGUE.internals}
    for name, place in PLACES.items():
        found[name] = Resolution("present", (place,), (place,), outside=1)
    found["teardown"] = Resolution("present")
    return found


def rows_of(spans, begin, thread=0):
    """Return rows (thread, function, start, end, parent) of (function, start, end) after a call's begin."""
    rows, stack = [], []
    for function, start, end in spans:
        while stack and rows[stack[-1]][3] < begin + end:
            stack.pop()
        rows.append((thread, function, begin + start, begin + end, stack[-1] if stack else -1))
        stack.append(len(rows) - 1)
    return rows


def capture(tmp_path, calls=(CALL, CALL), window=100, begins=None, others=(), **facts):
    """Return a capture of calls of ``window`` ns, one every 1000 ns, with these spans in each."""
    variant = COMPILED
    folder = tmp_path / "run" / files.CAPTURES_FOLDER / SLUG / variant.folder / "probes-1"
    folder.mkdir(parents=True)
    rows = []
    starts = [1000 * (n + 1) for n in range(len(calls))]
    for spans, begin in zip(calls, starts, strict=True):
        rows += [(*row[:4], row[4] + len(rows) if row[4] >= 0 else -1) for row in rows_of(spans, begin)]
    rows += others
    names = ("thread", "function", "start_ns", "end_ns", "parent")
    columns = {name: np.array([row[n] for row in rows], np.int64) for n, name in enumerate(names)}
    np.savez(folder / files.SPANS_FILE, **columns, begin_ns=np.array(begins or starts, np.int64))
    told = {
        "schema": "kprof.probes/1",
        "functions": KEYS,
        "ways": dict.fromkeys(KEYS, IN_FRAME),
        "unwatched": {},
        "open": {},
        "stray": 0,
        **facts,
    }
    (folder / files.PROBES_FILE).write_text(json.dumps(told))
    timing = Timing(300, [100], [window] * len(calls), [BlockRecord(0, len(calls))])
    identity = made_run.identity(SLUG, variant, 0, "probes")
    captures.write(str(folder), identity, timing, Recording())
    made_run.write(tmp_path / "other", [50.0])
    manifest = json.loads((tmp_path / "other" / files.RUN_FILE).read_text())
    entry = {
        **manifest["captures"][0],
        "instrument": "probes",
        "path": str(folder.relative_to(tmp_path / "run")),
    }
    files.write_json(str(tmp_path / "run" / files.RUN_FILE), {**manifest, "captures": [entry]})
    (found,) = record.read(tmp_path / "run").captures
    assert found.usable, found.reason
    return found


def attributed(found, known=None):
    return probes.attribute(found, known or resolutions(), CATALOGUE, None)


def test_shares_are_those_of_the_spans_and_recursion_counts_once(tmp_path):
    found = attributed(capture(tmp_path))
    shares = {name: found.shares[name] for name in (*PLACES, "teardown")}
    assert {name: one.share for name, one in shares.items()} == pytest.approx(
        {"predict": 0.9, "data_adapter": 0.3, "func_graph": 0.1, "execute": 0.2, "teardown": 0.05}
    )
    assert (shares["func_graph"].calls_per_call, shares["func_graph"].entries_per_call) == (1, 2)


def test_phases_are_exclusive_and_sum_to_1(tmp_path):
    phases = attributed(capture(tmp_path)).phases
    assert sum(phases.values()) == pytest.approx(1, abs=1e-9)
    assert phases == pytest.approx(
        {
            "input pipeline": 0.2,
            "graph tracing": 0.1,
            "execution": 0.2,
            "teardown": 0.05,
            "other": 0.45,
            "iterator creation": 0,
            "callbacks": 0,
            "output conversion": 0,
        }
    )


def test_spans_of_another_thread_are_in_no_share_and_are_noted(tmp_path):
    found = capture(tmp_path, others=[(1, EXECUTE, 1000, 2050, -1)])
    both = attributed(found)
    assert both.shares["execute"].share == pytest.approx(0.2)
    assert both.notes == ("1 span on other threads than the calling one: in no share",)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (
            {"unwatched": {KEYS[GRAPH]: "it is asynchronous"}},
            "func_graph was not watched: it is asynchronous",
        ),
        ({"open": {KEYS[GRAPH]: 1}}, "func_graph was not watched: had not returned 1 time"),
    ],
)
def test_a_function_that_ran_unwatched_or_did_not_end_is_unknown_and_so_are_phases(facts, why, tmp_path):
    found = attributed(capture(tmp_path, **facts))
    assert found.shares["func_graph"].share is None
    assert found.shares["func_graph"].reason.startswith(why)
    assert found.shares["execute"].share == pytest.approx(0.2)
    assert found.phases == {}


def test_a_function_that_did_not_run_need_not_be_watched(tmp_path):
    known = resolutions()
    known["callbacks"] = Resolution("not called", (place := Place("c.py", 1, "c"),), (place,))
    found = attributed(capture(tmp_path, unwatched={"c.py::c": "no function runs its code"}), known)
    assert found.phases


def test_a_predict_that_was_watched_around_its_frame_has_no_teardown(tmp_path):
    found = attributed(capture(tmp_path, ways={**dict.fromkeys(KEYS, IN_FRAME), KEYS[PREDICT]: AROUND}))
    assert found.shares["teardown"].share is None
    assert "teardown" not in found.phases
    assert sum(found.phases.values()) == pytest.approx(1, abs=1e-9)
    assert "predict: watched around the frame" in found.notes[0]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"calls": (CALL, CALL[1:])}, "no predict in 1 of 2 calls"),
        ({"calls": ([], [])}, "saw no predict"),
        ({"begins": [1000]}, "of 1 calls, 2 were measured"),
        ({"begins": [1000, 1050]}, "the clock stepped"),
        ({"window": 60}, "ended after the call"),
    ],
)
def test_spans_that_are_not_those_of_the_calls_give_no_number(changes, why, tmp_path):
    with pytest.raises(KprofError, match=why):
        attributed(capture(tmp_path, **changes))


def test_a_capture_without_spans_says_so(tmp_path):
    found = capture(tmp_path)
    bare = dataclasses.replace(found, manifest=dataclasses.replace(found.manifest, files={}))
    with pytest.raises(KprofError, match="holds no spans"):
        attributed(bare)


@pytest.mark.parametrize("path", reference.runs_of_spans(), ids=lambda path: path.name)
def test_reference_spans_give_the_shares_that_adding_them_up_gives(path):
    run = record.read(path)
    answers = reference.answers(path)
    assert answers
    for capture in run.captures:
        if capture.instrument != "probes":
            continue
        told = answers[capture.path]
        known = presence.of_variant(CATALOGUE, run, capture.environment, capture.variant)
        found = attributed(capture, known)
        assert sum(found.phases.values()) == pytest.approx(1, abs=1e-9)
        for name in ("predict", "data_adapter", "process_inputs", "create_graph_function", "make_iterator"):
            keys = [probes.key_of(place) for place in known[name].measured]
            entries, spent_ns = (sum(told["functions"].get(key, (0, 0))[n] for key in keys) for n in (0, 1))
            share = found.shares[name]
            if known[name].presence == "present":
                assert share.share == pytest.approx(spent_ns / told["window_ns"])
                assert share.calls_per_call == pytest.approx(entries / told["calls"])
            else:
                assert (share.share, entries) == (None, 0)


def test_both_releases_that_the_study_and_a_user_have_are_there():
    assert [path.name for path in reference.runs_of_spans()] == ["tf2.0.0-py3.7", "tf2.21.0-py3.11"]
