"""What adapting the shares of the labels gives on texts of a genre that was held out.

The models of 13_outside learn from all genres but posts. Their answers to the posts are then
corrected for other shares of the labels than training had: those that expectation maximisation
finds without labels (Saerens, Latinne & Decaestecker 2002), equal ones, and the true ones, which
nobody knows.

Run with: python experiments/benchmarks/class_prior.py tfidf_logreg embedding_logreg
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stancelab.config import read_experiment
from stancelab.evaluation.metrics import confusion, scores
from stancelab.monitor import Surroundings
from stancelab.plan import make_plan
from stancelab.schema import LABELS, labels_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EXPERIMENT = Path(__file__).parents[1] / "13_outside.toml"
STEPS = 200


def corrected(answers: Floats, learnt: Floats, others: Floats) -> Floats:
    """Give the probabilities that other shares of the labels would have given."""
    found: Floats = answers * (others / learnt)
    return found / found.sum(axis=1, keepdims=True)


def found_shares(answers: Floats, learnt: Floats) -> Floats:
    """Find the shares of the labels in texts without labels, by expectation maximisation."""
    shares = learnt
    for _ in range(STEPS):
        shares = corrected(answers, learnt, shares).mean(axis=0)
    return shares


def shares_of(labels: NDArray[np.int64]) -> Floats:
    """Give how often each label occurs."""
    found: Floats = np.bincount(labels, minlength=len(LABELS)) / len(labels)
    return found


def main(models: list[str]) -> None:
    """Print macro-F1 on the posts, all and in Ukrainian, by the shares that were assumed."""
    planned = make_plan(read_experiment(EXPERIMENT))
    for cell in planned.cells:
        if cell.model not in models or cell.role != "model":
            continue
        table, split = planned.loaded.table, planned.split_of(cell)
        train, validation, tested = (
            table.take(part) for part in (split.train, split.validation, split.test)
        )
        around = Surroundings(validation, labels_of(validation))
        answers = cell.build().fit(train, labels_of(train), around).predict_proba(tested)
        labels, learnt = labels_of(tested), shares_of(labels_of(train))
        ukrainian = np.array(tested.column("language").to_pylist()) == "uk"
        assumed = {
            "as learnt": learnt,
            "expectation maximisation": found_shares(answers, learnt),
            "equal": np.full(len(LABELS), 1 / len(LABELS)),
            "true": shares_of(labels),
        }
        for name, shares in assumed.items():
            said = corrected(answers, learnt, shares).argmax(axis=1)
            each = [
                scores(confusion(labels[rows], said[rows]), range(len(LABELS)))["macro_f1"]
                for rows in (slice(None), ukrainian)
            ]
            print(f"{cell.model}, {name} {shares.round(2)}: {each[0]:.3f}, uk {each[1]:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:] or ["tfidf_logreg", "embedding_logreg"])
