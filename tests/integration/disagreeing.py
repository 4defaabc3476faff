"""One of several processes that disagree: their clocks, or the batch that has no finite loss.

Arguments: what they disagree on, and an encoder. Prints what the process came to.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import torch
from made_trained import small, toy_table

from stancelab.errors import TrainingError
from stancelab.finetuning import fit
from stancelab.finetuning.loss import StanceLoss
from stancelab.monitor import Surroundings
from stancelab.schema import labels_of


def main() -> None:
    rank = int(os.environ["RANK"])
    what, encoder, folder = sys.argv[1:]
    table = toy_table()
    chosen = {"epochs": 2}
    if what == "saving":
        fit._SAVE_SECONDS = 0.0 if rank == 0 else 1e9
    elif what == "seconds":
        chosen["max_seconds"] = 1e-6 if rank == 0 else 1e9
    else:
        usual = StanceLoss.__call__
        ruined = torch.tensor(float("nan"))
        StanceLoss.__call__ = lambda *given: usual(*given) + (ruined if rank == 1 else 0.0)
    around = Surroundings(table, labels_of(table), Path(folder))
    try:
        model = small(encoder, **chosen).fit(table, labels_of(table), around)
    except TrainingError as error:
        sys.stdout.write(f"{rank}: {str(error)[:11]}\n")
        return
    sys.stdout.write(f"{rank}: {model.predict_proba(table)[0, 0]:.6f}\n")


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # gloo's threads may abort a process that ends after an error, having answered
