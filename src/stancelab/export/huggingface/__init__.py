"""A fine-tuned encoder as a directory that `transformers` opens by itself."""
