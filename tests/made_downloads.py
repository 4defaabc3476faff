"""A made file of a corpus, and what fetches it from a server into a folder."""

from __future__ import annotations

import hashlib
import random
import time

from stancelab.datasets.checksums import CorpusFile
from stancelab.datasets.fetching.download import fetch_files
from stancelab.datasets.fetching.patience import Patience

CONTENT = random.Random(0).randbytes(300_000)
OTHER = random.Random(1).randbytes(300_000)


def described(path="a.csv", content=CONTENT):
    """Describe a file as the table of checksums does."""
    digest = hashlib.sha256(content).hexdigest()
    return CorpusFile("made", path, "owner/data", "1f2e", f"up/{path}", digest, len(content))


FILE = described()


class Fetching:
    """Fetches into a folder from the server, and notes the pauses it was asked to make."""

    def __init__(self, server, folder):
        self.server, self.folder, self.pauses = server, folder, []
        self.serve(FILE, CONTENT)

    def serve(self, file, content):
        self.server.files[f"{file.repository}/{file.commit}/{file.upstream_path}"] = content

    def __call__(self, *files, script=(), timeout=5.0, **words):
        self.server.script[:] = script
        patience = Patience(timeout=timeout, sleep=self.pauses.append)
        mirror = self.server.url
        words = {"mirror": mirror, "patience": patience} | words
        return fetch_files(files or [FILE], self.folder, **words)

    @property
    def ranges(self):
        return [request.range for request in self.server.requests]

    @property
    def parts(self):
        return sorted(self.folder.rglob("*.part"))


def put_part(fetching, content):
    fetching.folder.mkdir(exist_ok=True)
    part_of(fetching).write_bytes(content)


def part_of(fetching):
    return fetching.folder / f"a.csv.{FILE.sha256[:16]}.part"


def wait_for_part(folder, size):
    """Wait until so many bytes have arrived."""
    for _ in range(2000):
        for part in folder.rglob("*.part"):
            if part.stat().st_size >= size:
                return part
        time.sleep(0.01)
    raise TimeoutError(f"no part of {size} bytes in {folder}")
