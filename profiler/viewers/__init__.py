"""Serves a run in viewers of other projects; each gets a temporary folder, and the run is not changed.

To add one, write ``X.py`` with a function `view` and name it in `VIEWERS`.
"""

VIEWERS = ("snakeviz", "tensorboard")
