"""Writing statement tables: as JSONL, Parquet, or a folder that `datasets` opens."""
