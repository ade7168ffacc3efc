from profiler.results.foreign.document import CALLS, CPU
from tests import foreign_files as files
from tests.results.foreign import told


def test_a_file_that_lost_frames_claims_nothing():
    file = told.file(files.LOST)
    assert file.spoiled is not None
    assert all((one.calls, one.seconds, one.share) == (None, None, None) for one in file.calls)
    assert all(part.share is None for one in file.calls for part in one.internals)


def test_the_module_profile_measures_cpu_time(tmp_path):
    own = ("profile", 0, "profiler")
    made = files.profile({files.MAIN: (1, 1.0, 1.0), own: (1, 0.0, 1.0)}, {(own, files.MAIN): (1, 1.0)})
    assert told.file(files.write(made, tmp_path / "old.prof")).measure == CPU
    assert told.file(files.write(files.simple(), tmp_path / "new.prof")).measure == CALLS
