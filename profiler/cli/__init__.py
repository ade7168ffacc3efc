"""The command line, one file a subcommand: parse, call, print. What is heavy is imported when called."""
