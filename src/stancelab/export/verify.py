"""Asking a bundle its own probe statements, in a process that has loaded nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from stancelab.errors import StancelabError, VerificationError
from stancelab.export.bundle import INPUT_COLUMNS, MANIFEST, read_bundle, read_probes
from stancelab.schema import as_table

TRAINING_STACK = ("torch", "transformers", "datasets", "mlflow", "sklearn", "skops", "pandas")
"""Packages that answering must not import."""


def largest_difference(folder: Path) -> float:
    """Ask a bundle its probes and give the largest difference to the expected probabilities.

    Raises
    ------
    VerificationError
        The difference is above the bundle's tolerance, or the training stack was imported.
    BundleError
        The bundle cannot be read.
    """
    contents = read_bundle(folder)
    probes = read_probes(folder)
    table = as_table([{name: probe[name] for name in INPUT_COLUMNS} for probe in probes])
    expected = np.array([probe["probabilities"] for probe in probes])
    found = float(np.abs(contents.predictor.predict_proba(table) - expected).max())
    tolerance = float(contents.manifest["tolerance"])
    if not found <= tolerance:
        raise VerificationError(
            f"{folder}: probabilities differ by {found:.2g} from those at export, more than "
            f"{tolerance:g}; export the run again, and compare the processor and package versions"
        )
    return found


def verify_in_fresh_process(folder: Path) -> float:
    """Verify a bundle in a new Python process, and that it loads without the training stack.

    One that says that it needs the training stack, as fine-tuned encoders do, may load it.

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
        needed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["requires"]
    except StancelabError as error:
        sys.exit(str(error))
    imported = [name for name in TRAINING_STACK if name in sys.modules and "train" not in needed]
    sys.stdout.write(json.dumps({"difference": difference, "imported": imported}) + "\n")


if __name__ == "__main__":
    main()
