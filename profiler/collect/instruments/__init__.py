"""Instruments: what is attached while a variant runs, one module each, named by its id."""
