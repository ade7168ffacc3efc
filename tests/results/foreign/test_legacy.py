from tests import foreign_files as files
from tests.results.foreign import told


def test_a_trace_of_the_runtime_alone_has_totals_and_no_calls():
    file = told.file(files.OLD_TRACE)
    assert file.calls == () and file.family.family is None
    assert "MakeIterator" in [total.name for total in file.totals]
    assert file.seconds > 0
