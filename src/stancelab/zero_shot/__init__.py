"""What the labels mean, in words: models that answer from that alone, and learn from no label."""
