"""Pages, one for each subject, made of blocks that every format can draw.

To add one, write ``X.py`` with a function `page` that returns a `profiler.report.blocks.Page`, and name it in
`PAGES`.
"""

PAGES = (
    "report",
    "comparison",
    "gate",
    "matrix",
    "claims",
    "call_tree",
    "call_graph",
    "layers",
    "foreign",
    "foreign_comparison",
    "runs",
    "environments",
    "doctor",
    "validation",
    "advice",
    "sweep",
)
