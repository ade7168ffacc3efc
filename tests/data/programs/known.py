"""Calls main once, work 3 times, step 30 times and fall 6 times (one of them from outside), in any Python."""


def fall(n):
    return n and fall(n - 1)


def step(i):
    return i * i


def work(n):
    total = 0
    for i in range(n):
        total += step(i)
    return total


def main():
    print("starting")
    for _ in range(3):
        work(10)
    fall(5)


main()
