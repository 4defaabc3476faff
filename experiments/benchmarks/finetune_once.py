"""One training of `finetune_speed.py`, in a process of its own; prints its figures as JSON."""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from stopwatch import Watch, kernels, watched

from stancelab.datasets.registry import find_spec, load
from stancelab.evaluation.metrics import decide
from stancelab.schema import labels_of
from stancelab.splits.config import SplitConfig
from stancelab.splits.leaks import clean
from stancelab.splits.rowset import OfficialParts, Rowset
from stancelab.splits.schemes import make_splits

if TYPE_CHECKING:
    import datasets
    import pyarrow as pa
    from numpy.typing import NDArray

    Predict = Callable[[pa.Table], NDArray[np.int64]]

WAYS = ("ours", "grouped", "longest")
PARTS = ("train", "validation", "test")
BATCH = 16
EVALUATION_BATCH = 64


def main() -> None:
    """Measure one training and print it."""
    parser = argument_parser()
    for name in ("--way", "--seed", "--traced"):
        parser.add_argument(name)
    print(json.dumps(measure(parser.parse_args())))


def argument_parser() -> argparse.ArgumentParser:
    """Read what both scripts are told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", choices=("plv", "statements"), default="plv")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=3, help="seeds 0, 1, ...")
    parser.add_argument("--rate", type=float, default=5e-5, help="learning rate of Trainer")
    parser.add_argument("--threads", type=int, help="by default as many as torch takes")
    parser.add_argument("--layers", type=int, help="keep only the lowest, for a quick look")
    parser.add_argument("--max-rows", type=int, help="of each part, for a quick look")
    return parser


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
    trainer.args.train_sampling_strategy = "random"  # it would answer in order of length, too
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


if __name__ == "__main__":
    main()
