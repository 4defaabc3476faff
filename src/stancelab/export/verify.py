"""Asking a bundle its own probe statements, in a process that has loaded nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stancelab.errors import StancelabError, VerificationError
from stancelab.export.bundle import Contents, read_bundle
from stancelab.export.manifest import read_manifest
from stancelab.export.measuring import processor
from stancelab.export.probes import read_probes
from stancelab.predictors.runtime import runtime_of

TRAINING_STACK = ("torch", "transformers", "datasets", "mlflow", "sklearn", "skops", "pandas")
"""Packages that answering must not import."""

_ELSEWHERE = 10
"""How many times the tolerance is taken for another way of rounding on another machine."""

_MOST_ELSEWHERE = 0.3


def largest_difference(folder: Path) -> float:
    """Ask a bundle its probes and give the largest difference to the expected probabilities.

    On another processor, or in another runtime, than at export a network is rounded otherwise:
    up to ten times the tolerance, and at most 0.3, is let pass there.

    Raises
    ------
    VerificationError
        The difference is above the bundle's tolerance.
    BundleError
        The bundle cannot be read.
    """
    contents = read_bundle(folder)
    probes = read_probes(folder)
    answered = contents.predictor.predict_proba(probes.table)
    found = float(np.abs(answered - probes.expected).max())
    allowed = tolerance = float(contents.manifest["tolerance"])
    if elsewhere(contents):
        allowed = max(tolerance, min(_ELSEWHERE * tolerance, _MOST_ELSEWHERE))
    if not found <= allowed:
        raise VerificationError(
            f"{folder}: probabilities differ by {found:.2g} from those at export, more than "
            f"{allowed:g}; export the run again, and compare the processor and package versions"
        )
    return found


def elsewhere(contents: Contents) -> str:
    """Say where the bundle was exported, where that is not here; empty where it is."""
    there: Mapping[str, Any] = contents.manifest.get("speed", {})
    here = {"processor": processor(), "runtime": runtime_of(contents.predictor) or ""}
    differs = [name for name in here if name in there and there[name] != here[name]]
    return "; ".join(f"exported with {there[name]}, asked with {here[name]}" for name in differs)


def note_on(folder: Path, difference: float) -> str:
    """Explain a difference that is above the tolerance and was let pass; empty where none is."""
    contents = read_bundle(folder)
    if difference <= float(contents.manifest["tolerance"]):
        return ""
    return f"the difference is above the tolerance: {elsewhere(contents)}"


def verify_in_fresh_process(folder: Path) -> float:
    """Verify a bundle in a new Python process, and that it loads without the training stack.

    One that says that it needs the training stack, as the model of a fine-tuned run does, may
    load it.

    Returns
    -------
    float
        The largest difference of a probability.

    Raises
    ------
    VerificationError
        It answers differently, or imports what it should not.
    BundleError
        It cannot be read.
    """
    done = subprocess.run(
        [sys.executable, "-m", "stancelab.export.verify", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no answer"]
        raise VerificationError(last[0])
    answer = json.loads(done.stdout.splitlines()[-1])
    if answer["imported"]:
        raise VerificationError(
            f"{folder}: answering imported {', '.join(answer['imported'])}, which an exported "
            "classifier must not need"
        )
    return float(answer["difference"])


def main() -> None:
    """Verify the bundle named on the command line and print what was found as JSON."""
    try:
        folder = Path(sys.argv[1])
        difference = largest_difference(folder)
        needed = read_manifest(folder)["requires"]
    except StancelabError as error:
        sys.exit(str(error))
    imported = [name for name in TRAINING_STACK if name in sys.modules and "train" not in needed]
    sys.stdout.write(json.dumps({"difference": difference, "imported": imported}) + "\n")


if __name__ == "__main__":
    main()
