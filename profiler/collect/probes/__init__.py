"""Probes: the enter and leave of chosen functions, recorded inside their frames and nowhere else."""
