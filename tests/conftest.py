import signal

import pytest

DEADLINE_S = 600


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory, monkeypatch):
    """Keep the runs that tests make out of the user's own ledger."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@pytest.fixture(autouse=True)
def deadline():
    """Fail a test that hangs, as one would that reads a pipe into which nobody writes."""

    def late(*_):
        pytest.fail(f"did not end within {DEADLINE_S} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(DEADLINE_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def heard_signals():
    """Let a command that a test starts hear SIGINT and SIGHUP.

    Under nohup, and in the background of a script, the tests are started with them ignored, and so would be
    what they start.
    """
    numbers = (signal.SIGINT, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
