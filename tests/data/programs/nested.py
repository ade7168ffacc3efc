"""Profiles a part of itself."""

import cProfile


def work(n):
    return sum(range(n))


def measured(profile):
    profile.enable()
    for _ in range(100):
        work(1000)
    profile.disable()


work(1000)
measured(cProfile.Profile())
work(1000)
