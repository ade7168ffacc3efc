from profiler.readers import xplane
from profiler.readers.xplane import quality
from tests import reference


def test_a_trace_of_kprof_s_own_has_no_findings():
    path = next(reference.FOLDER.glob("tf2.21*/**/*.xplane.pb*"))
    assert quality.findings(xplane.read(path)) == ()
