"""Every internal is listed: what a file does not name is unknown, and never not called."""

from tests import foreign_files as files
from tests.results.foreign import told


def test_every_internal_is_listed_and_what_is_not_named_is_unknown(tmp_path):
    (calls,) = told.file(files.write(files.simple(), tmp_path / "app.prof")).calls
    by_name = {one.internal: one for one in calls.internals}
    assert by_name["data_adapter"].presence == "present"
    assert (by_name["create_graph_function"].presence, by_name["create_graph_function"].share) == (
        "unknown",
        None,
    )
    assert {one.presence for one in calls.internals} <= {"present", "unknown"}


def test_the_entry_point_s_own_frame_and_what_follows_it_are_no_rows(tmp_path):
    (calls,) = told.file(files.write(files.simple(), tmp_path / "app.prof")).calls
    assert not {"predict", "teardown"} & {one.internal for one in calls.internals}
