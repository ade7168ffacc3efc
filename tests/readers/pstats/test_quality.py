from profiler.readers import pstats
from profiler.readers.pstats import quality


def test_a_sound_profile_has_no_findings(small, guard):
    assert quality.findings(pstats.read(small, guard)) == ()
