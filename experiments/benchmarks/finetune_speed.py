"""How fast fine-tuning is: ours against `transformers.Trainer` as people write it.

Three ways learn the same rows from the same encoder for the same epochs in the same precision,
each epoch scored on the validation rows and saved (weights alone) and the best kept:

- ``ours``: `stancelab.models.transformer` with its defaults, but that no epoch is left out early;
- ``grouped``: Trainer over `AutoModelForSequenceClassification` and pairs of text and actor, rows
  of like length together (``train_sampling_strategy="group_by_length"``), batches of 16 padded to
  their longest row;
- ``longest``: the same in random order, every row padded to the longest of its part.

The splits are those of our experiments: official where the corpus has one, validation cut from
training, copies taken out. Every measurement is a fresh process and the ways take turns. Seconds
are from the opened rows to the trained model; opening the encoder is counted by itself. The
computing share is, on a processor, that of the time in forward, backward and optimiser steps; on a
GPU, that with a kernel running, by torch.profiler in a further run that is not timed. Statements
and tokens a second are of training rows, padding left out, over all the seconds.

Run with: .venv/bin/python experiments/benchmarks/finetune_speed.py [--json]
For a look in a minute add: --layers 1 --max-rows 64 --epochs 1 --repeats 1
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from finetune_once import PARTS, WAYS, argument_parser

from stancelab.evaluation.uncertainty import DocumentBootstrap, Outcome
from stancelab.tracking.provenance import git

if TYPE_CHECKING:
    import argparse

ONCE = Path(__file__).with_name("finetune_once.py")
MEDIANS = (
    *("seconds", "opening_seconds", "evaluating_seconds", "saving_seconds", "steps"),
    *("memory_megabytes", "gpu_megabytes", "padding_share"),
    *("statements_per_second", "tokens_per_second"),
)
SHOWN = {
    "seconds, median": "{seconds:.1f}",
    "times ours (min-max)": "{ratio_to_ours[0]:.2f} "
    "({ratio_to_ours[1]:.2f}-{ratio_to_ours[2]:.2f})",
    "of them evaluating": "{evaluating_seconds:.1f}",
    "of them saving": "{saving_seconds:.1f}",
    "opening the encoder": "{opening_seconds:.1f}",
    "steps": "{steps:.0f}",
    "validation macro-F1": "{validation_macro_f1[0]:.3f} "
    "[{validation_macro_f1[1]:.3f}, {validation_macro_f1[2]:.3f}]",
    "test macro-F1": "{test_macro_f1[0]:.3f} [{test_macro_f1[1]:.3f}, {test_macro_f1[2]:.3f}]",
    "memory, MB": "{memory_megabytes:,.0f}",
    "GPU memory, MB": "{gpu_megabytes:,.0f}",
    "computing share": "{computing_share:.1%}",
    "padding share": "{padding_share:.1%}",
    "statements a second": "{statements_per_second:.1f}",
    "tokens a second": "{tokens_per_second:,.0f}",
}
"""The rows of the table, and how each way's figures fill them."""


def main() -> None:
    """Compare all ways and print them."""
    parser = argument_parser()
    parser.description = (__doc__ or "").partition("\n")[0]
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = compare(options)
    print(json.dumps(found) if options.json else table_of(found))


CONVERT = "from stancelab.encoders import find_encoder; find_encoder('bundled')"
"""Done once before all, as it takes memory."""


def compare(options: argparse.Namespace) -> dict[str, Any]:
    """Measure every way once a seed, in turns, and put them side by side."""
    subprocess.run([sys.executable, "-c", CONVERT], check=True)
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for seed in range(options.repeats):
        turn = seed % len(WAYS)
        for way in (*WAYS[turn:], *WAYS[:turn]):
            runs[way].append(start(way, seed))
    shares = {}
    for way in WAYS:
        traced = start(way, 0, "--traced=yes") if runs[way][0]["device"] != "cpu" else None
        each = [traced] if traced else runs[way]
        shares[way] = statistics.median(one["computing_share"] for one in each)
    ways = {way: summary(runs[way], runs["ours"], shares[way]) for way in WAYS}
    facts = ("device", "threads", "precision", "versions", "rows", "layers")
    commit = git()
    return {
        "data": options.data,
        "epochs": options.epochs,
        "repeats": options.repeats,
        "rate_of_trainer": options.rate,
        **{fact: runs["ours"][0][fact] for fact in facts},
        "commit": commit.get("mlflow.source.git.commit", "unknown")[:7],
        "uncommitted_changes": commit.get("git.dirty") == "true",
        "ways": ways,
    }


def start(way: str, seed: int, *more: str) -> dict[str, Any]:
    """Measure one training in a fresh process, with the options of this one."""
    given = [word for word in sys.argv[1:] if word != "--json"]
    command = [sys.executable, str(ONCE), *given, f"--way={way}", f"--seed={seed}", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{way}, seed {seed}: failed with\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    note = "traced, not timed" if more else f"{found['seconds']:.1f} s"
    print(f"{way}, seed {seed}: {note}", file=sys.stderr)
    return found


def summary(
    runs: Sequence[Mapping[str, Any]], ours: Sequence[Mapping[str, Any]], share: float
) -> dict[str, Any]:
    """Give the figures of one way: medians over seeds, scores as means."""
    pairs = zip(runs, ours, strict=True)
    ratios = [one["seconds"] / own["seconds"] for one, own in pairs]
    medians = {name: statistics.median(one[name] for one in runs) for name in MEDIANS}
    scores = {part: interval([one[part] for one in runs], runs[0]) for part in PARTS[1:]}
    return {
        **{name: round(value, 4) for name, value in medians.items()},
        "each_seconds": [round(one["seconds"], 2) for one in runs],
        "ratio_to_ours": [round(f(ratios), 3) for f in (statistics.median, min, max)],
        "computing_share": round(share, 4),
        **{f"{part}_macro_f1": score for part, score in scores.items()},
    }


def interval(answers: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]) -> list[float]:
    """Give macro-F1, the mean of the seeds, and its 95 % interval over documents."""
    outcomes = [
        Outcome(
            one["statements"],
            one["documents"],
            np.array(one["labels"]),
            np.array(one["predicted"]),
        )
        for one in answers
    ]
    documents = {name for one in outcomes for name in one.documents}
    found = DocumentBootstrap(documents, facts["all_documents"]).estimate(outcomes, facts["labels"])
    macro = found["macro_f1"]
    return [round(value, 4) for value in (macro.value, *macro.interval)]


def table_of(found: Mapping[str, Any]) -> str:
    """Give the figures as aligned text, a column for each way."""
    ways = found["ways"]
    lines = [["", *ways]]
    for title, figures in SHOWN.items():
        lines.append([title, *(figures.format(**one) for one in ways.values())])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = [
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) for line in lines
    ]
    rows = ", ".join(f"{count:,} {part}" for part, count in found["rows"].items())
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    changed = " with uncommitted changes" if found["uncommitted_changes"] else ""
    about = [
        f"{found['data']}: {rows} rows; {found['epochs']} epochs; {found['repeats']} seeds; "
        f"layers: {found['layers']}; Trainer's learning rate {found['rate_of_trainer']:g}",
        f"{found['device']}, {found['threads']} threads, {found['precision']}; {versions}; "
        f"commit {found['commit']}{changed}",
    ]
    return "\n".join([*about, "", *(line.rstrip() for line in shown)])


if __name__ == "__main__":
    main()
