"""The command line, with one file for each subcommand: it parses, calls and prints.

Heavy modules are imported when a command is called.
"""
