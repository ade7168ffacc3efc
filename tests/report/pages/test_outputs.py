"""What a report's section says of outputs, in every layout and format."""

import dataclasses

import pytest

from profiler.protocol.outputs import OutputArray, OutputDifference, Outputs
from profiler.report import formats
from profiler.report.pages import outputs
from profiler.report.pages.headline import headline
from profiler.report.pages.report import page
from profiler.report.pages.sections import sections
from tests.report import drawing, sample

ARRAY = OutputArray("", "float32", [32, 1])
SAME = OutputDifference(None, values=32, absolute=1e-7, relative=2e-7, ulp=2, tolerance=1e-3)
FAR = OutputDifference(None, values=32, beyond=3, absolute=0.5, relative=0.25, ulp=9999, tolerance=1e-3)
REMARK = "outputs differ: 3 of 32 values"


def report(found=None, array=ARRAY, **words):
    """Return the report of tiny whose variants give ``found``; words by entry point that is compared."""
    made = sample.report()
    given = Outputs([array], found or SAME, {"base": SAME})
    variants = [dataclasses.replace(one, outputs=given) for one in made.variants if one.workload == "tiny"]
    comparisons = []
    for one in made.comparisons:
        if ":tiny/" in one.baseline:
            word = words.get(one.candidate.split("/")[-2], "same")
            remarks = () if word == "same" else (REMARK,)
            comparisons.append(dataclasses.replace(one, verdict="differs", outputs=word, remarks=remarks))
    return dataclasses.replace(made, variants=tuple(variants), comparisons=tuple(comparisons))


def said(made):
    (section,) = sections(made)
    return list(outputs.lines(section))


def test_outputs_that_are_all_the_same_take_one_line():
    (line,) = said(report())
    assert line.startswith("outputs: all calls give the same float32 of 32x1 (by at most 1e-07")


def test_outputs_that_differ_are_named_with_the_ratio_that_they_stand_beside():
    assert said(report(call="differ")) == [f"compiled/call/b32 against compiled/predict/b32: {REMARK}"]


def test_outputs_that_vary_are_said_once():
    (line,) = said(report(FAR))[:1]
    assert "vary from call to call (random or stateful), so nothing is ranked: uncompiled/predict/b32" in line


@pytest.mark.parametrize("alike", ["NaN", "0.5"])
def test_outputs_without_information_prove_nothing(alike):
    lines = said(report(array=dataclasses.replace(ARRAY, alike=alike)))
    assert f"all values of the outputs are {alike}: that outputs are equal proves nothing" in lines


def test_a_variant_whose_outputs_were_not_compared_is_named():
    made = report()
    first, *others = made.variants
    lines = said(dataclasses.replace(made, variants=(dataclasses.replace(first, outputs=None), *others)))
    assert "outputs not compared: uncompiled/predict/b32" in lines


def test_an_older_run_shows_nothing_of_outputs():
    assert said_of_old() == []
    assert "outputs" not in drawing.terminal(page(sample.report()), 200, False)


def said_of_old():
    return [line for section in sections(sample.report()) for line in outputs.lines(section)]


@pytest.mark.parametrize("width", [80, 120, 200])
def test_a_row_whose_outputs_differ_carries_it_at_every_width(width):
    text = drawing.terminal(page(report(call="differ")), width, False)
    (row,) = [line for line in text.splitlines() if "call/b32" in line or "  call b32" in line][:1]
    assert "differ" in row.replace("differs", "") or " *" in row
    assert REMARK in " ".join(text.split())


def test_every_format_carries_it():
    made = page(report(call="differ"))
    assert REMARK in drawing.csv(made)
    assert '"outputs": "differ"' in formats.draw("json", made)
    assert "| differ" in drawing.markdown(made)


def test_an_entry_point_with_other_outputs_is_not_praised():
    """``predict_on_batch`` is what a user is told of, unless it gives something else."""
    praised = headline(report())[0]
    assert "times what predict_on_batch takes" in praised
    found = headline(report(predict_on_batch="differ"))[0]
    assert "predict_on_batch takes" not in found
    assert "predict_on_batch: not the same outputs as predict, so not ranked." in found


def test_a_model_with_random_outputs_says_so_and_ranks_nothing():
    (found,) = headline(report(FAR, predict="vary", predict_on_batch="vary", call="vary", function="vary"))
    assert "Its outputs vary from call to call (random or stateful), so no way to call it is ranked." in found
    assert "times" not in found
