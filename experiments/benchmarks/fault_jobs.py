"""The commands that `faults.py` kills: small workloads, and what their results are compared by."""

from __future__ import annotations

import csv
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from fault_server import SlowServer
from fault_store import names_in, read_store, sha256, statements, write_experiment

LOG, IMPORTED = "log.txt", "imported.txt"
"""What a command printed, and the modules that it had in the end; in its folder."""


class Job:
    """A command, its workload, and what must hold of what it leaves.

    Parameters
    ----------
    folder : Path
        Where everything lies.
    """

    name = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / self.name
        self.folder.mkdir()

    def __enter__(self) -> Self:
        """Set the places, and make what the command works on."""
        os.environ["STANCELAB_CACHE"] = str(self.folder / "cache")
        os.environ.pop("MLFLOW_TRACKING_URI", None)
        self.set_up()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End what was started."""

    def set_up(self) -> None:
        """Make what the command works on."""

    def prepare(self, place: Path, number: int) -> None:
        """Make the folder of one try."""
        place.mkdir()

    def words(self, place: Path, again: bool) -> list[str]:
        """Give the words of the command, for the first or the second time."""
        raise NotImplementedError

    def may_end(self, whole: Path, place: Path, printed: str) -> bool:
        """Say whether the second command may end with another status than 0."""
        return False

    def half_written(self, whole: Path, place: Path) -> list[str]:
        """Name what has its final name right after a kill, and is not whole."""
        return []

    def differences(self, whole: Path, place: Path) -> list[str]:
        """Name what is other than after the run that was let run."""
        raise NotImplementedError


class RunJob(Job):
    """``stancelab run`` into a fresh SQLite store: eight cells of an experiment."""

    name = "run"

    def set_up(self) -> None:
        """Write the experiment and its data."""
        write_experiment(self.folder)

    def words(self, place: Path, again: bool) -> list[str]:
        """Run the experiment, into a store of its own."""
        return ["run", "../mine.toml"]

    def differences(self, whole: Path, place: Path) -> list[str]:
        """Compare the finished cells of both stores, their artifacts and their leaderboards."""
        expected, found = (read_store(one) for one in (whole, place))
        wrong = [f"{key} differs" for key in expected if found.get(key) != expected[key]]
        wrong += [f"{path}: is left" for path in place.glob(".mlflow.db-*")]
        return wrong


class ScoreJob(Job):
    """``stancelab score`` by two processes, with rows that cannot be scored."""

    name = "score"

    def set_up(self) -> None:
        """Make a bundle, and the rows."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.parquet as pq

        from stancelab.export.bundle import write_bundle
        from stancelab.models.linear import TfidfLogreg
        from stancelab.schema import LABELS, as_table

        rows = [{**row, "label": LABELS.index(row["label"])} for row in statements()]
        labels = np.array([row["label"] for row in rows])
        model = TfidfLogreg(min_df=1).fit(as_table(rows), labels)
        write_bundle(self.folder / "bundle", model.predictor_, {"metrics": {}})
        told = [
            {"nr": n, "text": f"{row['text']} {n}" if n % 100 else "", "actor": row["actor"]}
            for n, row in enumerate(rows * 1000)
        ]
        pq.write_table(pa.Table.from_pylist(told), self.folder / "rows.parquet")

    def words(self, place: Path, again: bool) -> list[str]:
        """Score the rows in parts."""
        words = ["score", str(self.folder / "bundle"), str(self.folder / "rows.parquet")]
        words += ["out.csv", "--part-rows", "500", "--processes", "2"]
        return [*words, "--resume"] if again else words

    def may_end(self, whole: Path, place: Path, printed: str) -> bool:
        """Let a command complain that its whole output is there already."""
        return "out.csv: exists; choose another place" in printed and not self._wrong(whole, place)

    def half_written(self, whole: Path, place: Path) -> list[str]:
        """Compare the outputs that are there."""
        there = [name for name in SCORED if (place / name).exists()]
        return [f"{name} is not whole" for name in self._wrong(whole, place) if name in there]

    def differences(self, whole: Path, place: Path) -> list[str]:
        """Compare the outputs byte for byte, and look for what is left besides."""
        wrong = [f"{name} differs" for name in self._wrong(whole, place)]
        left = {path.name for path in place.iterdir()} - {*SCORED, LOG, IMPORTED}
        return wrong + [f"{name}: is left" for name in left]

    def _wrong(self, whole: Path, place: Path) -> list[str]:
        def content(path: Path) -> bytes | None:
            return path.read_bytes() if path.exists() else None

        return [name for name in SCORED if content(whole / name) != content(place / name)]


SCORED = ("out.csv", "out.refused.jsonl")


class ExportJob(Job):
    """``stancelab export``, in every other try to a place where an earlier export lies."""

    name = "export"

    def set_up(self) -> None:
        """Run the experiment that it exports the best of, and export that once."""
        write_experiment(self.folder)
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{self.folder / 'mlflow.db'}"
        for words in (["run", "mine.toml"], ["export", "best:mine", "earlier"]):
            subprocess.run(
                [sys.executable, "-m", "stancelab", *words],
                cwd=self.folder,
                check=True,
                capture_output=True,
            )

    def prepare(self, place: Path, number: int) -> None:
        """Put the earlier export there."""
        place.mkdir()
        if number % 2:
            shutil.copytree(self.folder / "earlier", place / "out")

    def words(self, place: Path, again: bool) -> list[str]:
        """Export the best."""
        return ["export", "best:mine", "out"]

    def half_written(self, whole: Path, place: Path) -> list[str]:
        """Read what is at the place: the earlier export, or the new one."""
        return self._wrong(whole, place) if (place / "out").exists() else []

    def differences(self, whole: Path, place: Path) -> list[str]:
        """Compare the files, and look for what is left beside them."""
        left = {path.name for path in place.iterdir()} - {"out", LOG, IMPORTED}
        return self._wrong(whole, place) + [f"{name}: is left" for name in left]

    def _wrong(self, whole: Path, place: Path) -> list[str]:
        from stancelab.errors import BundleError
        from stancelab.export.bundle import read_bundle

        try:
            read_bundle(place / "out")
        except BundleError as error:
            return [str(error)]
        if names_in(place / "out") != names_in(whole / "out"):
            return ["out holds other files"]
        same = ("weights.safetensors", "settings.json", "probes.json")
        one, other = whole / "out", place / "out"
        pairs = [(name, (one / name).read_bytes(), (other / name).read_bytes()) for name in same]
        return [f"{name} differs" for name, expected, found in pairs if found != expected]


class FetchJob(Job):
    """``stancelab data fetch`` of a made-up corpus from a slow server on this machine."""

    name = "fetch"

    def set_up(self) -> None:
        """Make the corpus, its table of digests, and the server."""
        from stancelab.datasets import checksums

        drawn = random.Random(0)
        names = ("train.txt", "deep/test.txt", "few.txt")
        sizes = (400_000, 250_000, 8)
        self.content = {
            name: drawn.randbytes(size) for name, size in zip(names, sizes, strict=True)
        }
        table = self.folder / "table.tsv"
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter="\t")
            writer.writerow(("dataset", "file", "upstream_repository", "commit", "upstream_path",
                             "sha256", "bytes"))  # fmt: skip
            for name, content in self.content.items():
                upstream = ("owner/data", "1f2e", name, sha256(content), len(content))
                writer.writerow(("dse", f"dse/{name}", *upstream))
        checksums._TABLE = table
        self._serve()

    def _serve(self) -> None:
        self.server = SlowServer(self.content)
        self.process = os.fork()
        if self.process == 0:
            self.server.serve_forever()
        os.environ["STANCELAB_MIRROR"] = f"http://127.0.0.1:{self.server.server_port}"
        os.environ["STANCELAB_DATA"] = "data"
        os.environ["NO_PROXY"] = "127.0.0.1"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the server."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        self.server.server_close()

    def words(self, place: Path, again: bool) -> list[str]:
        """Fetch the corpus."""
        return ["data", "fetch", "dse"]

    def half_written(self, whole: Path, place: Path) -> list[str]:
        """Compare the files that have their names."""
        there = [name for name in self.content if (place / "data" / "dse" / name).exists()]
        return [f"{name} is not whole" for name in self._wrong(place) if name in there]

    def differences(self, whole: Path, place: Path) -> list[str]:
        """Compare all files with what was published, and look for parts of them."""
        left = [str(path) for path in place.rglob("*.part")]
        return [*(f"{name} differs" for name in self._wrong(place)), *left]

    def _wrong(self, place: Path) -> list[str]:
        def content(path: Path) -> bytes | None:
            return path.read_bytes() if path.exists() else None

        folder = place / "data" / "dse"
        return [name for name, whole in self.content.items() if content(folder / name) != whole]


JOBS: dict[str, type[Job]] = {one.name: one for one in (RunJob, ScoreJob, ExportJob, FetchJob)}
