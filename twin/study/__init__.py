"""Many runs without an audience: replications over a process pool, and what two scenarios differ by."""
