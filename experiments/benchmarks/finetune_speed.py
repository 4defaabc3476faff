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

import argparse
import contextlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.datasets.registry import find_spec, load
from stancelab.evaluation.metrics import decide
from stancelab.evaluation.uncertainty import DocumentBootstrap, Outcome
from stancelab.schema import labels_of
from stancelab.splits.config import SplitConfig
from stancelab.splits.leaks import clean
from stancelab.splits.rowset import OfficialParts, Rowset
from stancelab.splits.schemes import make_splits
from stancelab.tracking.provenance import git

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Predict = Callable[[pa.Table], NDArray[np.int64]]

WAYS = ("ours", "grouped", "longest")
PARTS = ("train", "validation", "test")
BATCH = 16
EVALUATION_BATCH = 64
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
    """Measure one training, or compare all and print them."""
    options = arguments()
    if options.way:
        print(json.dumps(measure(options)))
        return
    found = compare(options)
    print(json.dumps(found) if options.json else table_of(found))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", choices=("plv", "statements"), default="plv")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=3, help="seeds 0, 1, ...")
    parser.add_argument("--rate", type=float, default=5e-5, help="learning rate of Trainer")
    parser.add_argument("--threads", type=int, help="by default as many as torch takes")
    parser.add_argument("--layers", type=int, help="keep only the lowest, for a quick look")
    parser.add_argument("--max-rows", type=int, help="of each part, for a quick look")
    parser.add_argument("--json", action="store_true")
    for name in ("--way", "--seed", "--traced"):  # what a measuring process is told
        parser.add_argument(name, default=None, help=argparse.SUPPRESS)
    return parser.parse_args()


CONVERT = "from stancelab.encoders import find_encoder; find_encoder('bundled')"
"""Done once before all, as it takes memory."""


# ---- comparing: this process imports no torch, as children are charged with its memory


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
    command = [sys.executable, __file__, *given, f"--way={way}", f"--seed={seed}", *more]
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


# ---- measuring one training


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Train one way for one seed, and give all that was measured."""
    import datasets  # noqa: F401
    import torch
    from transformers import AutoModelForSequenceClassification, Trainer  # noqa: F401

    from stancelab.finetuning import fit  # noqa: F401  imports are nobody's training time

    if options.threads:
        torch.set_num_threads(options.threads)
    data, watch, seed = prepare(options), Watch(), int(options.seed)
    learn = learn_ours if options.way == "ours" else partial(learn_plainly, options.way)
    with encoder(options.layers) as name, contextlib.redirect_stdout(sys.stderr):
        with kernels(bool(options.traced)) as running:
            began = perf_counter()
            predict = learn(name, data, seed, options, watch)
            if on_gpu():
                torch.cuda.synchronize()
            seconds = perf_counter() - began - watch.seconds["opening"]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        on_board = torch.cuda.max_memory_allocated() / 2**20 if on_gpu() else 0
        answers = {part: answer(data.parts[part], predict) for part in PARTS[1:]}
    busy = running[0] if running else watch.seconds["computing"]
    return {
        "seconds": seconds,
        **{f"{name}_seconds": watch.seconds[name] for name in ("opening", "evaluating", "saving")},
        "computing_share": busy / seconds,
        "memory_megabytes": memory,
        "gpu_megabytes": on_board,
        **watch.rates(seconds),
        **answers,
        "labels": data.labels,
        "all_documents": data.all_documents,
        **facts(options, data),
    }


def on_gpu() -> bool:
    """Say whether there is a GPU, which all ways then take."""
    import torch

    return torch.cuda.is_available()


def facts(options: argparse.Namespace, data: Data) -> dict[str, Any]:
    """Say what was measured on, and with what."""
    import torch
    import transformers

    from stancelab.finetuning.device import choose_precision

    return {
        "device": torch.cuda.get_device_name() if on_gpu() else "cpu",
        "threads": torch.get_num_threads(),
        "precision": choose_precision("auto"),
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "rows": {part: len(rows) for part, rows in data.parts.items()},
        "layers": options.layers or "all",
    }


@dataclass(frozen=True)
class Data:
    """The three parts, the labels that the corpus has, and how many documents."""

    parts: Mapping[str, pa.Table]
    labels: list[int]
    all_documents: int


def prepare(options: argparse.Namespace) -> Data:
    """Load the corpus and part it as our experiments do."""
    spec, table = find_spec(options.data), load(options.data).table
    official = {spec.name: OfficialParts(spec.test, spec.validation)}
    rows, seed = Rowset.of(table, official), int(options.seed)
    split, _ = clean(
        next(make_splits(rows, SplitConfig(kind="each_corpus"), seed)), rows.keys, documents=False
    )
    draw = np.random.default_rng(seed)
    parts = {part: draw.permutation(getattr(split, part))[: options.max_rows] for part in PARTS}
    return Data(
        {part: table.take(np.sort(numbers)) for part, numbers in parts.items()},
        np.unique(labels_of(table)).tolist(),
        len(np.unique(rows.keys.documents)),
    )


@contextlib.contextmanager
def encoder(layers: int | None) -> Iterator[str]:
    """Name the encoder: the bundled one, or a copy of its lowest layers."""
    from transformers import AutoModel, AutoTokenizer

    from stancelab.encoders import BUNDLED, find_encoder

    folder = find_encoder(BUNDLED).folder
    if layers is None:
        yield BUNDLED
        return
    with tempfile.TemporaryDirectory() as scratch:
        AutoModel.from_pretrained(folder, num_hidden_layers=layers).save_pretrained(scratch)
        AutoTokenizer.from_pretrained(folder).save_pretrained(scratch)
        yield scratch


def answer(rows: pa.Table, predict: Predict) -> dict[str, Any]:
    """Predict the rows of a part."""
    names = {f"{name}s": rows.column(name).to_pylist() for name in ("statement", "document")}
    return {**names, "labels": labels_of(rows).tolist(), "predicted": predict(rows).tolist()}


# ---- the ways


def learn_ours(
    name: str, data: Data, seed: int, options: argparse.Namespace, watch: Watch
) -> Predict:
    """Train as the package does."""
    from stancelab.finetuning import fit
    from stancelab.models.transformer import TransformerConfig
    from stancelab.monitor import Surroundings

    fit.open_parts = watch.timing("opening", fit.open_parts)
    fit.StanceTrainer = watched(fit.StanceTrainer, watch)  # type: ignore[misc]
    config = TransformerConfig(
        encoder=name, r_drop=0, epochs=options.epochs, patience=options.epochs
    )
    train, validation = data.parts["train"], data.parts["validation"]
    around = Surroundings(validation, labels_of(validation))
    model = config.build(seed).fit(train, labels_of(train), around)
    return lambda rows: decide(model.predict_proba(rows), data.labels)


def learn_plainly(
    way: str, name: str, data: Data, seed: int, options: argparse.Namespace, watch: Watch
) -> Predict:
    """Train as the guides of `transformers` do."""
    import datasets
    import transformers as hf

    from stancelab.encoders import find_encoder

    hf.set_seed(seed)
    folder = find_encoder(name).folder
    opening = watch.timing("opening", hf.AutoTokenizer.from_pretrained)
    tokenizer = opening(folder)
    opening = watch.timing("opening", hf.AutoModelForSequenceClassification.from_pretrained)
    model = opening(folder, num_labels=len(data.labels))

    def tokens(rows: pa.Table) -> datasets.Dataset:
        pair = (rows.column(column).to_pylist() for column in ("text", "actor"))
        made = tokenizer(*pair, truncation=True, padding=way == "longest")
        labels = np.searchsorted(data.labels, labels_of(rows))
        return datasets.Dataset.from_dict({**made, "labels": labels})

    with tempfile.TemporaryDirectory() as scratch:
        trainer = watched(hf.Trainer, watch)(
            model=model,
            args=plain_settings(way, seed, scratch, options),
            train_dataset=tokens(data.parts["train"]),
            eval_dataset=tokens(data.parts["validation"]),
            processing_class=tokenizer,
            data_collator=None if way == "grouped" else hf.default_data_collator,
            compute_metrics=macro_f1,
        )
        trainer.train()
    known = np.array(data.labels)
    return lambda rows: known[trainer.predict(tokens(rows)).predictions.argmax(axis=1)]


def plain_settings(way: str, seed: int, folder: str, options: argparse.Namespace) -> Any:
    """Give the settings of Trainer; what is not named is as it comes."""
    from transformers import TrainingArguments

    from stancelab.finetuning.device import choose_precision

    precision = choose_precision("auto")
    return TrainingArguments(
        output_dir=folder,
        num_train_epochs=options.epochs,
        per_device_train_batch_size=BATCH,
        per_device_eval_batch_size=EVALUATION_BATCH,
        learning_rate=options.rate,
        train_sampling_strategy="group_by_length" if way == "grouped" else "random",
        bf16=precision == "bf16",
        fp16=precision == "fp16",
        use_cpu=not on_gpu(),
        eval_strategy="epoch",
        save_strategy="epoch",
        save_only_model=True,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="macro_f1",
        dataloader_pin_memory=on_gpu(),
        seed=seed,
        disable_tqdm=True,
        report_to="none",
    )


def macro_f1(answered: Any) -> dict[str, float]:
    """Score what Trainer predicted."""
    from sklearn.metrics import f1_score

    labels, predicted = answered.label_ids, answered.predictions.argmax(axis=1)
    score = f1_score(labels, predicted, labels=np.unique(labels), average="macro")
    return {"macro_f1": float(score)}


# ---- the stopwatch


@dataclass
class Watch:
    """Adds up seconds by what they were spent on, and counts what was learnt from."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    steps: int = 0
    statements: int = 0
    places: int = 0
    tokens: Any = 0

    @contextlib.contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Add the seconds of a block."""
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds[what] += perf_counter() - began

    def timing(self, what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function that adds its seconds."""

        def timed(*given: Any, **named: Any) -> Any:
            with self.on(what):
                return function(*given, **named)

        return timed

    def count(self, inputs: Mapping[str, Any]) -> None:
        """Add a batch; a GPU is not waited for."""
        mask = inputs["attention" if "attention" in inputs else "attention_mask"]
        self.steps += 1
        self.statements += len(mask)
        self.places += mask.numel()
        self.tokens = self.tokens + mask.sum()

    def rates(self, seconds: float) -> dict[str, float]:
        """Give what was counted, by time and by place."""
        tokens = int(self.tokens)
        return {
            "steps": self.steps,
            "statements_per_second": self.statements / seconds,
            "tokens_per_second": tokens / seconds,
            "padding_share": 1 - tokens / self.places,
        }


def watched(kind: Any, watch: Watch) -> Any:
    """Give the same kind of Trainer under a stopwatch."""

    class Watched(kind):  # type: ignore[misc]
        """Times its steps, its evaluations and its checkpoints."""

        def training_step(self, model: Any, inputs: Any, *more: Any) -> Any:
            """Time forward and backward."""
            watch.count(inputs)
            with watch.on("computing"):
                return super().training_step(model, inputs, *more)

        def create_optimizer(self, *given: Any) -> Any:
            """Time its steps."""
            made = super().create_optimizer(*given)
            timers: list[Any] = []

            def begin(*_: Any) -> None:
                timers.append(watch.on("computing"))
                timers[-1].__enter__()

            made.register_step_pre_hook(begin)
            made.register_step_post_hook(lambda *_: timers.pop().__exit__(None, None, None))
            return made

        def evaluate(self, *given: Any, **named: Any) -> Any:
            """Time an evaluation."""
            with watch.on("evaluating"):
                return super().evaluate(*given, **named)

        def _save_checkpoint(self, *given: Any, **named: Any) -> Any:
            with watch.on("saving"):
                return super()._save_checkpoint(*given, **named)

    return Watched


@contextlib.contextmanager
def kernels(wanted: bool) -> Iterator[list[float]]:
    """Give, once the block has ended, the seconds in which the GPU ran a kernel."""
    found: list[float] = []
    if not wanted:
        yield found
        return
    from torch.autograd import DeviceType
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CUDA]) as traced:
        yield found
    events = traced.profiler.kineto_results.events()
    spans = sorted((e.start_ns(), e.end_ns()) for e in events if e.device_type() == DeviceType.CUDA)
    found.append(covered(spans) / 1e9)


def covered(spans: Sequence[tuple[int, int]]) -> int:
    """Give the length that sorted spans cover, each stretch counted once.

    Examples
    --------
    >>> covered([(0, 4), (1, 2), (3, 6), (8, 9)])
    7
    """
    total, reached = 0, 0
    for first, last in spans:
        total += max(0, last - max(first, reached))
        reached = max(reached, last)
    return total


# ---- showing


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
