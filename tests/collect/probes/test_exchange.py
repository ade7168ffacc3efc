from profiler.collect.probes.exchange import AROUND, IN_FRAME


def test_a_function_inside_one_that_has_a_stand_in_is_watched_too(probed):
    blocks = "".join("    " * (n + 1) + "for _ in (1,):\n" for n in range(20))
    one = probed(f"def outer():\n    def inner(): return 5\n{blocks}{'    ' * 21}return inner()\n")
    watch = one.watch("outer", "outer.<locals>.inner")
    if watch.ways and "monitored" not in watch.ways.values():
        assert list(watch.ways.values()) == [AROUND, IN_FRAME]
    assert one.during(watch, lambda m: m.outer()) == 5
    watch.close()
    assert one.spans().function.tolist() == [0, 1]


def test_code_that_someone_else_changes_between_blocks_stays_theirs(probed):
    one = probed("def f(): return 1\ndef other(): return 2\n")
    watch = one.watch("f")
    one.during(watch, lambda m: m.f())
    one.module.f.__code__ = one.module.other.__code__
    assert one.during(watch, lambda m: m.f()) == 2
    watch.close()
    assert one.module.f() == 2
    assert "replaced" in watch.unwatched[f"{one.path}::f"]
    assert watch.ways == {}


def test_a_closure_and_a_generator_made_while_watched_record_nothing_after_close(probed):
    one = probed(
        "def outer():\n    def inner(): pass\n    return inner\ndef gen():\n    yield 1\n    yield 2\n"
    )
    watch = one.watch("outer.<locals>.inner", "gen")
    inner, started = one.during(watch, lambda m: (m.outer(), m.gen()))
    watch.close()
    one.tape.clear()
    inner(), list(started)
    assert len(one.tape.take()) == 0
