import dataclasses

import pytest

from profiler.report.pages import matrix
from profiler.results import build
from profiler.results.document import Report
from tests import reference
from tests.report import drawing


@pytest.fixture(scope="module")
def both():
    """A report over two releases: two reference runs put into one."""
    old, new = (build.build(reference.FOLDER / slug) for slug in ("tf2.0.0-py3.7", "tf2.21.0-py3.11"))
    return Report(
        run="both",
        catalogue=old.catalogue,
        smallest_effect=old.smallest_effect,
        environments={**old.environments, **new.environments},
        variants=(*old.variants, *new.variants),
        comparisons=(*old.comparisons, *new.comparisons),
        warnings=(),
    )


def rows(report):
    (found,) = matrix.make(report)
    return found, {row.label: row.cells for row in found.rows}


def test_environments_are_columns_in_the_order_of_the_report(both):
    found, cells = rows(both)
    assert found.columns == ("tf2.0.0-py3.7", "tf2.21.0-py3.11")
    assert all(len(row) == 2 for row in cells.values())


def test_a_release_that_traces_nothing_shows_0_and_another_3(both):
    _, cells = rows(both)
    assert cells["graphs traced a call, uncompiled"] == ("0", "3")
    assert cells["graphs traced a call, compiled"] == ("3", "3")


def test_the_ratio_is_compiled_over_uncompiled(both):
    _, cells = rows(both)
    old, new = (comparison.ratio for comparison in both.comparisons)
    assert float(cells["compiled / uncompiled"][0]) == pytest.approx(old, rel=0.01)
    assert float(cells["compiled / uncompiled"][1]) == pytest.approx(new, rel=0.01)


def test_an_internal_that_a_release_lacks_is_absent_not_zero(both):
    found, _ = rows(both)
    labels = [row.label for row in found.rows]
    compiled = labels.index("share of a call under cprofile, compiled")
    shares = {row.label.strip(): row.cells for row in found.rows[compiled:]}
    assert shares["process_inputs"] == ("68.5 %", "absent")


def test_a_state_that_was_not_measured_is_a_dash(both):
    only = tuple(
        v for v in both.variants if (v.environment, v.compile_state) != ("tf2.0.0-py3.7", "compiled")
    )
    _, cells = rows(dataclasses.replace(both, variants=only))
    assert cells["ms a call, compiled"][0] == "-"
    assert cells["compiled / uncompiled"][0] == "-"


def test_outputs_that_differ_stand_below_the_ratio_where_any_are_known(both):
    assert not any("outputs" in label for label in rows(both)[1])
    first, *others = both.comparisons
    known = (dataclasses.replace(first, outputs="differ"), *others)
    _, cells = rows(dataclasses.replace(both, comparisons=known))
    (found,) = [texts for label, texts in cells.items() if label.strip() == "outputs"]
    assert sorted(found) == ["-", "differ"]


def test_what_failed_is_told_below_the_table(both):
    shown = drawing.terminal(matrix.page(both, {"9.9.9": "no such release"}))
    assert "\n  - 9.9.9: failed: no such release\n" in shown
    assert "predict of tiny, release by release" in shown


def test_markdown_has_the_same_cells_and_the_failures(both):
    text = drawing.markdown(matrix.page(both, {"2.9.9": "no such | release"}))
    assert "| graphs traced a call, compiled | 3 | 3 |" in text
    assert "| process\\_inputs | 68.5 % | absent |" in text
    assert "2.9.9: failed: no such \\| release" in text
    assert len({line.count(" | ") for line in text.splitlines() if line.startswith("| ")}) == 1


def test_the_json_holds_the_report_and_the_failures(both):
    found = matrix.page(both, {"9.9.9": "why"}).document()
    assert found["schema"] == "kprof.matrix/1"
    assert found["failures"] == {"9.9.9": "why"}
    assert found["report"]["schema"] == "kprof.report/1"


def quiet(report):
    """Return the report without what stands below its tables."""
    open_ = tuple(dataclasses.replace(one, interval=(0.9, 1.1), reason=None) for one in report.comparisons)
    done = tuple(dataclasses.replace(one, status="ok", captures=()) for one in report.variants)
    return dataclasses.replace(report, comparisons=open_, variants=done)


def test_a_narrow_window_gets_fewer_releases_a_table_and_every_cell_whole(both):
    report = quiet(both)
    found, _ = rows(report)
    shown = drawing.terminal(matrix.page(report, {}), 80)
    assert all(len(line) <= 80 for line in shown.splitlines())
    words = shown.split()
    for row in found.rows:
        for text in (row.label, *row.cells):
            assert set(text.split()) <= set(words)
    assert shown.count("graphs traced a call, compiled") == 2
    assert drawing.terminal(matrix.page(report, {}), 120).count("graphs traced a call, compiled") == 1


def test_where_no_release_fits_beside_the_labels_cells_stand_below_them(both):
    shown = drawing.terminal(matrix.page(both, {}), 50).splitlines()
    assert shown[shown.index("loop, uncompiled") + 1] == "    training_arrays.ArrayLikeTrainingLoop"


def test_the_flat_table_has_a_row_for_each_cell(both):
    found = matrix.page(both, {}).records()
    assert ("tiny", "graphs traced a call, uncompiled", "tf2.21.0-py3.11", "3") in list(found.rows)
    shares = [row for row in matrix.page(both, {}).records().rows if "process_inputs" in row[1]]
    assert (
        "tiny",
        "share of a call under cprofile, compiled, process_inputs",
        "tf2.0.0-py3.7",
        "68.5 %",
    ) in shares
