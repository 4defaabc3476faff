"""Running an exported network: batches, the two runtimes, and which of them is taken."""
