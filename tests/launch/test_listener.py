from profiler.launch.listener import Placed
from tests.launch.fake_worker import Hearing


def test_processes_of_one_environment_are_counted_among_all():
    heard = Hearing()
    placed = Placed(heard, "tf2.1.0-py3.7 ", 4, 9)
    placed.started("tiny wall #1", 0, 5, 10.0)
    placed.note("something")
    placed.plan("the plan")
    assert heard.places == [("tf2.1.0-py3.7 tiny wall #1", 4, 9)]
    assert (heard.notes, heard.plans) == (["something"], ["the plan"])
