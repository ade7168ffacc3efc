"""kprof: says where Keras ``predict()`` spends its time, and what to do about it."""
