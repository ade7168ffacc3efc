import pytest

from profiler.protocol.turns import BLOCK, READY, REST, Answer, Ask


@pytest.mark.parametrize("ask", [Ask(READY, 12), Ask(BLOCK, 3, 4), Ask(REST)])
def test_what_is_asked_comes_back_from_its_line(ask):
    assert ask.line().endswith(b"\n")
    assert Ask.read(ask.line()) == ask


def test_what_is_answered_comes_back_from_its_line():
    assert Answer.read(Answer(7, 12).line()) == Answer(7, 12)


@pytest.mark.parametrize("line", [b"", b"block\n", b"block one 2\n", b"go 1 2\n", b"block 1 2\nblock 1 3\n"])
def test_other_lines_are_refused(line):
    with pytest.raises(ValueError):
        Ask.read(line)


def test_workers_get_ready_then_take_blocks_by_round_and_place_then_rest():
    asks = [Ask(REST), Ask(BLOCK, 1, 0), Ask(BLOCK, 0, 1), Ask(READY, 40), Ask(BLOCK, 0, 0)]
    ordered = sorted(asks, key=lambda ask: ask.place)
    assert ordered == [Ask(READY, 40), Ask(BLOCK, 0, 0), Ask(BLOCK, 0, 1), Ask(BLOCK, 1, 0), Ask(REST)]
