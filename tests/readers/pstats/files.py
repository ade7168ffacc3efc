"""Profiles written by hand, right and hostile ones."""

import marshal
import os
import pickle

LABEL = ("f.py", 1, "f")
GOOD = (1, 1, 0.0, 0.0, {})


def written(path, stats):
    path.write_bytes(marshal.dumps(stats))
    return path


def shared_callers():
    """A file that names one table of callers from every function: a square of its size in edges."""
    labels = [("f.py", n, "f") for n in range(300)]
    callers = dict.fromkeys(labels, GOOD[:4])
    return marshal.dumps(dict.fromkeys(labels, (*GOOD[:4], callers)))


HOSTILE = {
    "a tuple of two thousand million": b"(\xff\xff\xff\x7f",
    "such a tuple inside": b"{(\xff\xff\xff\x7f",
    "such a list inside": b"{)\x03[\xff\xff\xff\x7f",
    "such a set inside": b"{)\x03>\xff\xff\xff\x7f",
    "such a number inside": b"{)\x03l\xff\xff\xff\x7f",
    "a string of two gigabytes": b"{)\x03u\xff\xff\xff\x7fabc",
    "a code object inside": b"{" + marshal.dumps(compile("1", "x", "exec")),
    "deep nesting": b"{" + b")\x03" * 100_000,
    "deep dictionaries": b"{" * 100_000,
    "a dictionary in itself": b"\xfbr\x00\x00\x00\x00r\x00\x00\x00\x000",
    "one table of callers many times": shared_callers(),
    "a pickle": pickle.dumps({"a": os.path.join}),
    "text": b"ncalls tottime percall\n" * 50,
    "zeros": bytes(1000),
}
