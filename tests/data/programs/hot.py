"""Profiles itself with hotshot, under Python 2."""

import hotshot

profile = hotshot.Profile("hotshot.prof")
profile.runcall(sorted, [3, 1, 2])
profile.close()
