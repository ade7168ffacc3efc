"""Programs whose every share is known: all of their time is spent by `spend`, in counted units.

`tests/programs/known.py` says what each of them is made of. The module uses the standard library alone, is
run by any Python from 3.7 on, and is watched as a framework's module is: each call is one of `predict`.
"""

import contextlib
import functools
import threading

spend = None  # how a number of units is spent; `tests/programs/clocks.py` has two ways


def wrapped(program):
    """Calls predict as Keras's wrapper does."""
    return predict(program)


def predict(program):
    held = program()
    spend(2)
    return held is None


class Held:
    """Something that takes time to be destroyed."""

    def __del__(self):
        destroy()


def destroy():
    spend(8)


def frees():
    spend(10)
    return Held()


def nested():
    spend(8)
    outer()


def outer():
    spend(20)
    inner()
    inner()
    spend(10)


def inner():
    spend(15)


def recursive():
    spend(8)
    deeper(4)


def deeper(levels):
    spend(5)
    if levels > 1:
        deeper(levels - 1)
    spend(5)


def mutually_recursive():
    spend(8)
    even(3)


def even(number):
    spend(10)
    return number == 0 or odd(number - 1)


def odd(number):
    spend(20)
    return number != 0 and even(number - 1)


def generators():
    for _ in counting(2):
        between()


def counting(count):
    for number in range(count):
        spend(10)
        yield number
    spend(5)


def between():
    spend(15)


def thrown_into():
    paused = catching()
    next(paused)
    between()
    paused.throw(KeyError)
    paused.close()


def catching():
    try:
        spend(10)
        yield
    except KeyError:
        spend(5)
        yield


def handing_over():
    for _ in delegating(2):
        between()


def delegating(count):
    spend(5)
    yield from counting(count)


class Paused:
    """What a coroutine waits for: nothing, once."""

    def __await__(self):
        yield


def coroutines():
    waiting = waits()
    waiting.send(None)
    between()
    with contextlib.suppress(StopIteration):
        waiting.send(None)


async def waits():
    spend(10)
    await Paused()
    spend(5)


def asynchronous_generators():
    made = yields()
    for _ in range(2):
        try:
            made.__anext__().send(None)
        except StopIteration:
            between()
    with contextlib.suppress(StopAsyncIteration):
        made.__anext__().send(None)


async def yields():
    for _ in range(2):
        spend(10)
        yield
    spend(5)


def exceptions():
    try:
        falls(3)
    except ValueError:
        caught()


def falls(frames):
    spend(10)
    if frames == 1:
        raise ValueError("at the bottom")
    try:
        falls(frames - 1)
    finally:
        cleans()


def cleans():
    spend(5)


def caught():
    spend(20)


def callbacks_from_c():
    sorted([3, 1, 2], key=keyed)
    functools.reduce(added, [1, 2, 3])
    list(map(keyed, [1]))


def keyed(number):
    spend(10)
    return number


def added(first, second):
    spend(5)
    return first + second


def threads():
    begins, ends = threading.Event(), threading.Event()
    thread = threading.Thread(target=beside, args=(begins, ends))
    with_another(thread, begins)
    ends.set()
    thread.join()


def with_another(thread, begins):
    """Returns while `beside` runs, which began within it."""
    spend(20)
    thread.start()
    begins.wait()
    spend(30)


def beside(begins, ends):
    spend(25)
    begins.set()
    ends.wait()
    spend(5)


def threads_in_turn():
    awaits(threading.Thread(target=elsewhere))


def awaits(thread):
    thread.start()
    thread.join()
    spend(10)


def elsewhere():
    spend(40)
    inner()


def tiny_calls():
    many()
    one()


def many():
    for _ in range(60):
        tiny()


def tiny():
    spend(1)


def one():
    spend(100)
