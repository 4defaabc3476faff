"""Frozen embeddings of a statement and of its actor in context, cached on disk."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stancelab.encoders import Encoder
from stancelab.places import cache_directory
from stancelab.text import around

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

Progress = Callable[[int, int], None]
Input = tuple[str, str]
"""A text to embed, and the actor for whom: ``""`` for the statement by itself."""


def inputs(table: pa.Table, window: int) -> tuple[list[Input], list[Input]]:
    """Give what is embedded of each row: the statement, and the actor in its context.

    The context is the actor's mention, a colon and the words around it; the actor's name and
    the whole statement where it is not mentioned; nothing where no actor is asked for.

    Parameters
    ----------
    table : pyarrow.Table
        A statement table.
    window : int
        Characters kept on each side of the mention.
    """
    columns = (table.column(name).to_pylist() for name in ("text", "actor"))
    spans = (table.column(name).to_pylist() for name in ("mention_start", "mention_end"))
    statements, contexts = [], []
    for text, actor, start, end in zip(*columns, *spans, strict=True):
        left, mention, right = around(text, start, end, window)
        statements.append((text, ""))
        context = f"{left}{mention}{right}".strip()
        contexts.append((f"{mention or actor}: {context}" if actor else "", actor))
    return statements, contexts


def embed_table(table: pa.Table, encoder: Encoder, window: int) -> NDArray[np.float32]:
    """Embed each row as its statement and its actor in context, side by side.

    Returns
    -------
    numpy.ndarray, shape (n_rows, 2 * encoder.size)
        The second half is zero where no actor is asked for.
    """
    statements, contexts = inputs(table, window)
    return np.hstack([_embed_inputs(encoder, part) for part in (statements, contexts)])


def _embed_inputs(encoder: Encoder, wanted: Sequence[Input]) -> NDArray[np.float32]:
    """Embed each distinct input once; an empty text is the zero vector."""
    distinct = {key: at for at, key in enumerate(dict.fromkeys(k for k in wanted if k[0]))}
    if isinstance(encoder, CachedEncoder):
        found = encoder.embed_inputs(list(distinct))
    else:
        found = encoder.embed([text for text, _ in distinct])
    table = np.vstack([found, np.zeros((1, encoder.size), dtype=np.float32)])
    return table[[distinct.get(key, len(distinct)) for key in wanted]]


class CachedEncoder:
    """An encoder whose vectors are kept in a file, under text, actor, encoder and revision.

    Parameters
    ----------
    encoder : Encoder
        Makes the vectors that the file does not hold.
    path : Path, optional
        The file; by default in `cache_directory`.
    """

    def __init__(self, encoder: Encoder, path: Path | None = None) -> None:
        self.encoder = encoder
        self.name, self.revision, self.size = encoder.name, encoder.revision, encoder.size
        self.path = path or cache_directory() / "embeddings.sqlite"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts for which no actor is asked."""
        return self.embed_inputs([(text, "") for text in texts])

    def embed_inputs(
        self, wanted: Sequence[Input], progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Embed inputs, making only those that the file lacks.

        Parameters
        ----------
        wanted : sequence of (str, str)
            Texts and the actors for whom.
        progress : callable, optional
            Called with how many of the missing vectors are made, and how many are missing.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        keys = [self._key(item) for item in wanted]
        with closing(sqlite3.connect(self.path, timeout=60)) as store:
            store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")
            known = self._read(store, keys)
            missing = [at for at, key in enumerate(keys) if key not in known]
            for done in range(0, len(missing), 64):
                part = missing[done : done + 64]
                made = self.encoder.embed([wanted[at][0] for at in part])
                rows = [(keys[at], v.tobytes()) for at, v in zip(part, made, strict=True)]
                with store:
                    store.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
                known.update(rows)
                if progress:
                    progress(done + len(part), len(missing))
        vectors = np.frombuffer(b"".join(known[key] for key in keys), dtype=np.float32)
        return vectors.reshape(len(keys), self.size)

    def _key(self, item: Input) -> bytes:
        text, actor = item
        parts = json.dumps([self.name, self.revision, actor, text], ensure_ascii=False)
        return hashlib.sha256(parts.encode()).digest()

    def _read(self, store: sqlite3.Connection, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for key in keys:
            row = store.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
            if row is not None and len(row[0]) == 4 * self.size:
                found[key] = row[0]
        return found
