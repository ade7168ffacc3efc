"""Calls a C function as a method, at which CPython 3.12 and later lose the frames below it."""

import types

length = types.MethodType(len, [1])


def outer():
    return length()


def main():
    for _ in range(20):
        outer()


main()
