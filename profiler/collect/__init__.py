"""The worker: runs ``predict`` under one instrument in the measured interpreter.

Python 3.7 and later, with the standard library, NumPy and TensorFlow; of kprof it imports only
``protocol``, relatively, since it travels in a zip whose top level is ``kprof_worker``.
"""
