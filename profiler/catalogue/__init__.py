"""The framework's internals as data: which functions play which role in which release."""
