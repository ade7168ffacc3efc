from profiler.launch.listener import Silent


def test_a_silent_listener_shows_nothing(capsys):
    silent = Silent()
    silent.plan("the plan")
    silent.started("tiny wall #1", 0, 5, 10.0)
    silent.finished("tiny wall #1", "failed", 1.0)
    silent.note("something")
    assert capsys.readouterr() == ("", "")
