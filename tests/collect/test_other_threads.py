"""What other threads run during a call."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from profiler.collect.other_threads import OtherThreads

SEES_ALL = hasattr(threading, "setprofile_all_threads")


def work():
    return 1


def own():
    return 2


def test_a_thread_that_starts_meanwhile_is_seen_and_the_calling_one_is_left_out():
    others = OtherThreads()
    with others.watched():
        own()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(work).result()
    assert work.__code__ in others.began
    assert own.__code__ not in others.began


def test_a_thread_that_ran_already_is_seen_or_named():
    with ThreadPoolExecutor(1, thread_name_prefix="before") as pool:
        pool.submit(int).result()
        others = OtherThreads()
        with others.watched():
            pool.submit(work).result()
    assert (work.__code__ in others.began) is SEES_ALL
    assert ("before_0" in others.unseen) is not SEES_ALL


def test_a_thread_that_goes_on_is_watched_no_longer():
    others = OtherThreads()
    with ThreadPoolExecutor(1) as pool:
        with others.watched():
            pool.submit(int).result()
        pool.submit(work).result()
        assert pool.submit(sys.getprofile).result() is None
    assert work.__code__ not in others.began


def test_what_the_calling_thread_had_set_stays(request):
    def mine(frame, event, argument):
        return None

    before = sys.getprofile()
    request.addfinalizer(lambda: sys.setprofile(before))
    sys.setprofile(mine)
    with pytest.raises(RuntimeError, match="from within"), OtherThreads().watched():
        assert sys.getprofile() is mine
        raise RuntimeError("from within")
    assert sys.getprofile() is mine
    assert getattr(threading, "_profile_hook", None) is None
