"""Has two comprehensions in a line, which share a label until Python 3.11."""


def leaf(n):
    return sum(range(n))


def main():
    return [leaf(n) for n in range(200)], [leaf(n) for n in range(100)]


main()
