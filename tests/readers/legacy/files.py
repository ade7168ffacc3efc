"""Traces of old releases, written by hand."""

import contextlib
import gzip
import json
import tracemalloc

from profiler.protocol.errors import TraceFormatError
from profiler.readers.legacy import runtime_trace
from tests.readers.xplane.encoding import integer as number
from tests.readers.xplane.encoding import span

MIB = 1 << 20


def event(device, resource, name, start_ps, duration_ps):
    numbers = number(1, device) + number(2, resource)
    return span(4, numbers + span(3, name) + number(9, start_ps) + number(10, duration_ps))


def device(key, name, resources):
    threads = b"".join(
        span(3, number(1, thread) + span(2, span(1, label) + number(2, thread)))
        for thread, label in resources.items()
    )
    return span(1, number(1, key) + span(2, span(1, name) + number(2, key) + threads))


LOCAL = (
    event(0, 7, b"kprof_call", 100, 1000)
    + event(0, 7, b"EagerExecute", 200, 300)
    + event(0, 7, b"EagerKernelExecute", 250, 100)
    + event(0, 9, b"Sigmoid", 260, 10)
    + device(0, b"/host:CPU", {7: b"python", 9: b"tf_Compute"})
)
CHROME = {
    "displayTimeUnit": "ns",
    "traceEvents": [
        {"ph": "M", "pid": 3, "name": "process_name", "args": {"name": "/host:CPU"}},
        {"ph": "M", "pid": 3, "tid": 7, "name": "thread_name", "args": {"name": "python"}},
        {"ph": "M", "pid": 3, "tid": 9, "name": "thread_name", "args": {"name": "tf_Compute"}},
        {"ph": "X", "pid": 3, "tid": 7, "ts": 100.0, "dur": 1000.5, "name": "kprof_call"},
        {"ph": "X", "pid": 3, "tid": 7, "ts": 200.0, "dur": 300.0, "name": "EagerExecute"},
        {"ph": "X", "pid": 3, "tid": 9, "ts": 300.0, "dur": 10.005, "name": "dense/Sigmoid:Sigmoid"},
        {"ph": "X", "pid": 3, "tid": 9, "ts": 400.0, "dur": 100.0, "name": "Iterator::Prefetch"},
        {"ph": "X", "pid": 3, "tid": 9, "ts": 410.0, "dur": 50.0, "name": "GatherV2:GatherV2"},
        {},
    ],
}


def write_local(folder, content=LOCAL):
    path = folder / "local.trace"
    path.write_bytes(content)
    return path


def write_chrome(folder, content=CHROME):
    path = folder / "vm.trace.json.gz"
    path.write_bytes(gzip.compress(content if isinstance(content, bytes) else json.dumps(content).encode()))
    return path


def checked(path):
    trace = runtime_trace.read(path)
    trace.lines.check()
    trace.events.check()
    return trace


def rows(trace):
    events = trace.events
    columns = ("line", "start_ps", "duration_ps", "depth", "parent", "self_ps")
    return list(zip(events.coded("name").decode(), *(events.array(c).tolist() for c in columns), strict=True))


def peak_bytes(path):
    """Return the most memory that reading took, whether it gave tables or the one error."""
    tracemalloc.start()
    try:
        with contextlib.suppress(TraceFormatError):
            checked(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
