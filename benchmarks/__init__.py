"""Speed, measured against a peer in the same run, as ratios of CPU-seconds and memory. No test asserts a time."""
