"""Viewers of other projects, served for a run: each gets a temporary folder, and the run stays as it is.

To add one, write ``X.py`` with a function `view` and name it in `VIEWERS`.
"""

VIEWERS = ("snakeviz", "tensorboard")
