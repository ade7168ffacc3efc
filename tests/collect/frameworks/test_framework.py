import pytest

from profiler.collect.frameworks import Framework
from profiler.protocol.errors import UsageError
from tests.collect.fakes import MadeUp


@pytest.mark.parametrize(
    ("devices", "device"),
    [(None, None), ((), "CPU"), (("GPU:0 NVIDIA L4", "GPU:1"), "GPU"), (("TPU:0",), "TPU")],
)
def test_the_device_is_the_kind_of_the_first_one(devices, device):
    assert MadeUp(devices=devices).describe().device == device


def test_the_environment_is_described_by_what_the_adapter_says():
    found = MadeUp().describe()
    assert (found.slug, found.framework, found.framework_version) == ("made_up1.0-py3", "made_up", "1.0")
    assert (found.keras, found.backend, found.threads) == ("3.0", "made_up", {"all": 0})
    assert found.cores >= 1


def test_a_session_leaves_its_trace_also_where_a_call_raises(tmp_path):
    session = MadeUp().profiler_session()
    with pytest.raises(ValueError, match="no"), session.recording(str(tmp_path)):
        raise ValueError("no")
    assert len(session.traces(str(tmp_path))) == 1


def test_an_empty_trace_and_another_profilers_file_are_none(tmp_path):
    session = MadeUp(trace=b"").profiler_session()
    with session.recording(str(tmp_path)):
        pass
    (tmp_path / "plugins" / "profile" / "now" / "other.json").write_text("{}")
    assert session.traces(str(tmp_path)) == []


def test_a_folder_without_a_session_has_no_traces(tmp_path):
    assert MadeUp().profiler_session().traces(str(tmp_path)) == []


def test_a_framework_that_loads_no_saved_model_says_so():
    with pytest.raises(UsageError, match="made_up loads no SavedModel; measure it with TensorFlow"):
        Framework.saved_model(MadeUp(), "folder")
