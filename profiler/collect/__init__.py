"""The worker: runs ``predict`` under one instrument in the measured interpreter.

It runs on Python 3.7 and later with the standard library, NumPy and the measured framework. Of kprof it
imports only ``protocol``, relatively, since it travels in a zip whose top level is ``kprof_worker``.
"""
