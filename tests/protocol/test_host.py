import pytest

from profiler.protocol.host import HostState


@pytest.mark.parametrize("quota", [0.0, -1.0, float("nan")])
def test_a_machine_without_a_core_is_refused(quota):
    with pytest.raises(ValueError, match="quota_cores is"):
        HostState(None, None, None, quota, None, None, None, 0.0)


def test_a_governor_s_name_holds_nothing_that_a_terminal_obeys():
    with pytest.raises(ValueError, match="a governor"):
        HostState(None, None, None, None, ["\x1b[31m"], None, None, 0.0)
