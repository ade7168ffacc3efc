"""What internals do, in words, and when a headline names one."""

from __future__ import annotations

# What an internal does, in words; nested ones are left to the table.
DOING = {
    "process_inputs": "preparing the input",
    "standardize_user_data": "preparing the input",
    "data_adapter": "building the input pipeline",
    "create_graph_function": "tracing graphs",
    "make_iterator": "creating iterators",
    "next_batch": "taking the next batch",
    "execute": "running the model's function",
    "callbacks": "callbacks",
    "output_conversion": "converting the output",
    "teardown": "freeing what predict built",
}
NOTABLE_SHARE = 0.05
MOST_NAMED = 4
