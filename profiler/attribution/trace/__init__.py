"""What a trace of the TensorFlow profiler says: marked calls, exact shares, compute."""
