"""Asks an exported folder its probe statements as its users do: without stancelab.

It is run as a file, by itself. Whatever stancelab is installed cannot be imported: only the code
that MLflow finds in the folder can, so that what the folder lacks is missed here and not later.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

_PACKAGE = "stancelab"
_COLUMNS = ("text", "actor", "mention_start", "mention_end")
_SHARES = ("p_hostile", "p_neutral", "p_cooperative")
_CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class OnlyFrom(MetaPathFinder):
    """Finds the package in one folder or not at all, and only where the path leads there.

    Parameters
    ----------
    folder : Path
        What was exported.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the package in the folder's entries of the path; leave the rest to others."""
        if name != _PACKAGE:
            return None
        inside = [one for one in sys.path if Path(one).resolve().is_relative_to(self.folder)]
        found = PathFinder.find_spec(name, inside)
        if found is None:
            raise ModuleNotFoundError(f"No module named {name!r} in {self.folder}", name=name)
        return found


def through_mlflow(folder: Path, rows: list[dict[str, Any]]) -> list[list[float]]:
    """Ask the folder as an MLflow model."""
    import mlflow
    import pandas as pd

    model = mlflow.pyfunc.load_model(str(folder))
    tags = model.predict(pd.DataFrame([{name: row[name] for name in _COLUMNS} for row in rows]))
    found: list[list[float]] = tags[list(_SHARES)].to_numpy().tolist()
    return found


def through_card(folder: Path, rows: list[dict[str, Any]]) -> list[list[float]]:
    """Ask the folder by running the code of its card as it stands there."""
    shown = _CODE.search((folder / "README.md").read_text(encoding="utf-8"))
    if shown is None:
        raise ValueError("the card has no code")
    made: dict[str, Any] = {}
    exec(shown[1].replace("THIS_FOLDER", str(folder)), made)
    ask: Callable[..., list[float]] = made["probabilities"]
    return [ask(*(row[name] for name in _COLUMNS)) for row in rows]


_WAYS = {"mlflow": through_mlflow, "huggingface": through_card}


def main() -> None:
    """Ask the folder named on the command line, and print its largest difference as JSON."""
    way, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    sys.meta_path.insert(0, OnlyFrom(folder))
    rows = json.loads((folder / "probes.json").read_text(encoding="utf-8"))
    pairs = zip(_WAYS[way](folder, rows), rows, strict=True)
    each = [
        abs(one - other)
        for found, row in pairs
        for one, other in zip(found, row["probabilities"], strict=True)
    ]
    sys.stdout.write("\n" + json.dumps({"difference": max(each)}) + "\n")


if __name__ == "__main__":
    main()
