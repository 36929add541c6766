"""Speed, measured against a peer in the same run: ratios of CPU-seconds and memory. Tests assert no time."""
