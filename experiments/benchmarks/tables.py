"""Write the README's tables of fine-tuned encoders from tracked experiments, as Markdown.

Run after the experiments with one of:
.venv/bin/python experiments/benchmarks/tables.py models 05_encoders
.venv/bin/python experiments/benchmarks/tables.py recipe 05_recipe
.venv/bin/python experiments/benchmarks/tables.py names 05_encoders
.venv/bin/python experiments/benchmarks/tables.py published 06_published 06_published_clean
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc

from stancelab.errors import StancelabError
from stancelab.evaluation.native import has_native, native_macro_f1
from stancelab.evaluation.report import Row
from stancelab.evaluation.uncertainty import DocumentBootstrap
from stancelab.tracking import names
from stancelab.tracking.reading import Tracked, find_experiment

NAMINGS = {
    "span": "where the text names it",
    "mention": "by the mention, its place unknown",
    "canonical": "by its English name",
    "local": "by its name in the text's language",
}


class Published(NamedTuple):
    """A published figure, and which of ours is of the same rows and metric."""

    test: str
    metric: str
    ours: str
    figure: str


PUBLISHED = [
    Published("newsmtsc/devtest_rw", "macro-F1", "macro_f1", ".831 RoBERTa-base, .802 BERT-base"),
    Published("newsmtsc/devtest_mt", "macro-F1", "macro_f1", ".825 RoBERTa-base, .773 BERT-base"),
    Published("rusentne", "F1 of hostile and coop.", "polar_f1", ".508 GPT-4-turbo, zero-shot"),
    Published("plv", "binary macro-F1", "macro_f1", ".964 NLI tree, roberta-large, zero-shot"),
    Published("plv", "four-way macro-F1", "native", ".893 NLI tree, roberta-large, zero-shot"),
    Published("dse", "macro-F1", "macro_f1", "–"),
    Published("ruw", "macro-F1", "macro_f1", ".541 BERT, .782 best (metric not named)"),
    Published("pstance", "macro-F1 of two", "macro_f1", ".805"),
    Published("cstance", "macro-F1", "macro_f1", "–"),
]


def main() -> None:
    """Write the table that is asked for."""
    kinds: dict[str, Callable[..., Iterator[str]]] = {
        "models": models,
        "recipe": recipe,
        "names": asked_by,
        "published": published,
    }
    if len(sys.argv) < 3 or sys.argv[1] not in kinds:
        sys.exit(f"usage: tables.py {'|'.join(kinds)} EXPERIMENT…")
    try:
        tracked = [find_experiment(name) for name in sys.argv[2:]]
    except StancelabError as error:
        sys.exit(str(error))
    print("\n".join(kinds[sys.argv[1]](*tracked)))
    for one in tracked:
        print(f"\n{where(one)}")


def models(tracked: Tracked) -> Iterator[str]:
    """Give one line a model, as in the README's first table."""
    yield "| model | macro-F1 | F1 hostile/coop. | actor swap | above its control | train s |"
    yield "|---|---|---|---|---|---:|"
    for row in tracked.rows():
        yield line(
            f"`{row.model}`",
            interval(row, "macro_f1"),
            f"{row.polar_f1:.3f}",
            interval(row, "actor_swap") if row.actor_swap else "0.000",
            above(row),
            f"{row.train_seconds:.0f}",
        )


def recipe(tracked: Tracked) -> Iterator[str]:
    """Give one line a variant, and its difference to the whole recipe."""
    rows = [row for row in tracked.rows() if row.role == "model"]
    whole = next(row for row in rows if row.model == "finetuned")
    yield "| recipe | macro-F1 | difference | actor swap | train s |"
    yield "|---|---|---:|---|---:|"
    for row in rows:
        yield line(
            f"`{row.model}`",
            interval(row, "macro_f1"),
            "" if row is whole else f"{row.macro_f1 - whole.macro_f1:+.3f}",
            interval(row, "actor_swap"),
            f"{row.train_seconds:.0f}",
        )


def asked_by(tracked: Tracked) -> Iterator[str]:
    """Give one line a way to name the actor, over the models that are asked by name."""
    runs = [run for run in tracked.cells if "names/span/macro_f1" in run.data.metrics]
    chosen = list(dict.fromkeys(run.data.tags["model.name"] for run in runs))
    yield line("the actor is given", *(f"`{name}` macro-F1 | same label" for name in chosen))
    yield "|---" * (1 + 2 * len(chosen)) + "|"
    for key, title in NAMINGS.items():
        cells = []
        for name in chosen:
            own = [run.data.metrics for run in runs if run.data.tags["model.name"] == name]
            cells.append(f"{np.mean([one[f'names/{key}/macro_f1'] for one in own]):.3f}")
            same = [one[f"names/{key}/same"] for one in own if f"names/{key}/same" in one]
            cells.append(f"{np.mean(same):.1%}" if same else "")
        yield line(title, *cells)


def published(*tracked: Tracked) -> Iterator[str]:
    """Give one line a published figure, beside each model of the experiments."""
    boards = [(one, one.rows()) for one in tracked]
    columns = [
        (one, rows, name)
        for one, rows in boards
        for name in dict.fromkeys(row.model for row in rows if row.role == "model")
    ]
    titles = [f"`{name}`, {one.name.removeprefix('06_')}" for one, _, name in columns]
    yield line("tested on", "metric", *titles, "published")
    yield "|---" * (3 + len(titles)) + "|"
    for figure in PUBLISHED:
        cells = [ours(figure, *column) for column in columns]
        if any(cells):
            yield line(f"`{figure.test}`", figure.metric, *(c or "–" for c in cells), figure.figure)


def ours(figure: Published, tracked: Tracked, rows: list[Row], model: str) -> str:
    """Give our figure with its interval, empty where the experiment has none."""
    corpus = figure.test.partition("/")[0]
    found = [r for r in rows if (r.model, r.train, r.test) == (model, corpus, figure.test)]
    if not found:
        return ""
    leak = f", {found[0].leaked:.0%} leaked" if found[0].leaked else ""
    if figure.ours != "native":
        return interval(found[0], figure.ours) + leak
    return native(tracked, model, corpus, figure.test)


def native(tracked: Tracked, model: str, setting: str, test: str) -> str:
    """Give the macro-F1 over the corpus' own labels, of the models that have a head for them."""
    cells = [names.read_cell(tracked.client, run) for run in tracked.cells]
    own = [c for c in cells if (c.model, c.setting) == (model, setting)]
    own = [c for c in own if has_native(c.predictions)]
    if not own:
        return ""
    wanted = (pc.field("part") == "test") & (pc.field("test_set") == test)
    tested = [cell.predictions.filter(wanted) for cell in own]
    documents = {name for rows in tested for name in rows["document"].to_pylist()}
    estimate = native_macro_f1(tested, DocumentBootstrap(documents, len(documents)))
    low, high = estimate.interval
    return f"{estimate.value:.3f} {short(low)}–{short(high)}"


def where(tracked: Tracked) -> str:
    """Say what the figures are of: seeds, device, commit, and what is not finished."""
    seeds = ", ".join(sorted({run.data.tags["seed"] for run in tracked.cells}))
    devices = {run.data.tags.get(names.DEVICE, "unknown") for run in tracked.cells}
    tags = tracked.parent.data.tags
    commit = tags.get("mlflow.source.git.commit", "unknown")[:9]
    changed = " with changes" if tags.get("git.dirty") == "true" else ""
    missing = f"; {tracked.missing} cells are not run" if tracked.missing else ""
    return (
        f"{tracked.title}: seeds {seeds}; {', '.join(sorted(devices))}; commit {commit}{changed}; "
        f"95 % intervals over documents{missing}"
    )


def interval(row: Row, metric: str) -> str:
    """Write a score with its interval."""
    found = row.as_dict()
    if found[metric] is None:
        return "–"
    low, high = found[f"{metric}_low"], found[f"{metric}_high"]
    return f"{found[metric]:.3f} {short(low)}–{short(high)}"


def above(row: Row) -> str:
    """Say whether a model is above its actor-blind control."""
    if row.control_difference is None:
        return ""
    answer = "yes" if row.above_control else "no"
    low, high = row.control_difference_low, row.control_difference_high
    return f"{answer}, {row.control_difference:+.3f} ({low:+.3f} to {high:+.3f})"


def short(share: float) -> str:
    """Write a share without its leading zero."""
    return f"{share:.3f}".removeprefix("0")


def line(*cells: str) -> str:
    """Write a line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
