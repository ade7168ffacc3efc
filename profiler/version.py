"""The version of kprof."""

VERSION = "0.1.0"
