"""``python -m profiler`` is ``kprof``."""

import sys

from profiler.cli.main import main

sys.exit(main())
