"""Works in four threads at once."""

import threading


def step(i):
    return i * i


def work(n):
    for i in range(n):
        step(i)


threads = [threading.Thread(target=work, args=(2000,)) for _ in range(4)]
for thread in threads:
    thread.start()
work(1000)
for thread in threads:
    thread.join()
