"""Statements a second of one fine-tuned encoder, scored in the ways that people do it.

Run with: python experiments/benchmarks/scoring.py TRAINED INT8 [--rounds 3] [--json]

TRAINED is the model of a fine-tuned run (its folder in MLflow's store), INT8 the bundle that
``stancelab export RUN INT8 --precision int8`` made of it. All ways have the same weights, the same
1,146 pairs of NewsMTSC's devtest_rw (STANCELAB_DATA names the folder of the corpora) and two
threads, in turns; the time includes cutting the texts into tokens. The labels are compared with
those of the trained model in single precision.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from logging import CRITICAL
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated, Any

os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")

import numpy as np
import typer
from numpy.typing import NDArray

THREADS, BATCH = 2, 32
LABELS = 3
LABEL_NAMES = ("hostile", "neutral", "cooperative")

Way = Callable[[], NDArray[np.float64]]


def main(
    trained: Annotated[Path, typer.Argument(help="The model of a fine-tuned run.")],
    int8: Annotated[Path, typer.Argument(help="The bundle that int8 export made of it.")],
    rounds: int = 3,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Time every way and print them side by side."""
    import torch
    from transformers.utils import logging

    from stancelab.export.bundle import read_bundle

    torch.set_num_threads(THREADS)
    logging.disable_progress_bar()
    logging.set_verbosity(CRITICAL)  # of our class, which is none of its own
    table = devtest()
    predictor = read_bundle(trained).predictor
    with tempfile.TemporaryDirectory() as scratch:
        ways, exact = all_ways(predictor, int8, table, Path(scratch))
        found = measure(ways, exact, rounds)
    if as_json:
        print(json.dumps({"statements": len(table), "threads": THREADS, "ways": found}, indent=1))
    else:
        show(found)


def devtest() -> Any:
    """Load the 1,146 pairs."""
    import pyarrow.compute as pc

    from stancelab.datasets.registry import load

    return load("newsmtsc").table.filter(pc.field("split") == "devtest_rw")


def all_ways(
    predictor: Any, int8: Path, table: Any, scratch: Path
) -> tuple[dict[str, Way], NDArray[np.float64]]:
    """Make every way, and give what the trained model answers in single precision."""
    import torch

    from stancelab.export.onnx.graph import save, write_graph
    from stancelab.export.onnx.network import open_network
    from stancelab.finetuning.opening import open_trained
    from stancelab.inference.engines import installed
    from stancelab.predictors.holding import innermost
    from stancelab.scoring import load_bundle

    inner: Any = innermost(predictor)
    parts = open_trained(inner)
    save(write_graph(open_network(inner)), scratch / "fp32.onnx")
    half = open_trained(inner)[1].to(torch.bfloat16)
    ways: dict[str, Way] = {
        "(a) pipeline, one by one": pipeline_way(parts, table, 1),
        f"(b) pipeline, batches of {BATCH}": pipeline_way(parts, table, BATCH),
        "(c) torch loop, bf16, sorted": torch_way((parts[0], half, parts[2]), table),
        "(d) ONNX Runtime loop, fp32, sorted": onnx_way(parts, table, scratch / "fp32.onnx"),
    }
    for name in installed():
        ways[f"ours, int8, {name}"] = our_way(load_bundle(int8, runtime=name), table)
    return ways, torch_way(parts, table)()


def measure(
    ways: dict[str, Way], exact: NDArray[np.float64], rounds: int
) -> dict[str, dict[str, float]]:
    """Time the ways in turns."""
    rates: dict[str, list[float]] = {name: [] for name in ways}
    agreement = {}
    for number in range(rounds + 1):
        for name, way in ways.items():
            if number == 0 and name.startswith("(a)"):
                continue  # the first turn warms up; this way has no batches to warm up for
            started = perf_counter()
            answers = way()
            if number:
                rates[name].append(len(exact) / (perf_counter() - started))
            agreement[name] = float((answers.argmax(axis=1) == exact.argmax(axis=1)).mean())
    return {
        name: {
            "statements_per_second": median(rates[name]),
            "lowest": min(rates[name]),
            "highest": max(rates[name]),
            "agreement": agreement[name],
        }
        for name in ways
    }


def show(found: dict[str, dict[str, float]]) -> None:
    """Print the table."""
    ours = max(one["statements_per_second"] for name, one in found.items() if "ours" in name)
    print(f"{'':38}{'a second':>9}  {'(rounds)':14}{'ours is':>8}  same label as fp32")
    for name, one in found.items():
        rate = one["statements_per_second"]
        spread = f"({one['lowest']:.0f}-{one['highest']:.0f})"
        print(f"{name:38}{rate:9.0f}  {spread:14}{ours / rate:7.1f}x  {one['agreement']:.2%}")


def our_way(bundle: Any, table: Any) -> Way:
    """Tag the table with an exported bundle."""

    def way() -> NDArray[np.float64]:
        tagged = bundle.tag(table)
        return np.column_stack([tagged[f"p_{name}"].to_numpy() for name in LABEL_NAMES])

    return way


def torch_way(parts: Any, table: Any) -> Way:
    """Loop as one writes it: sorted by length, batches of 32, padded to their longest."""
    import torch

    from stancelab.features.actor_tokens import queries
    from stancelab.finetuning.batches import pad

    tokenizer, network, padding = parts

    def way() -> NDArray[np.float64]:
        rows = tokenizer.encode(queries(table))
        found = np.empty((len(rows), LABELS))
        order = np.argsort([len(row.ids) for row in rows])
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                part = order[start : start + BATCH]
                batch = pad([rows[at] for at in part], padding)
                found[part] = network(**batch)["stance"].double().numpy()
        return found

    return way


def onnx_way(parts: Any, table: Any, graph: Path) -> Way:
    """Loop likewise over a session of ONNX Runtime."""
    import onnxruntime

    from stancelab.features.actor_tokens import queries
    from stancelab.finetuning.batches import pad

    tokenizer, _, padding = parts
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(str(graph), options)
    names = [one.name for one in session.get_inputs()]

    def way() -> NDArray[np.float64]:
        rows = tokenizer.encode(queries(table))
        found = np.empty((len(rows), LABELS))
        order = np.argsort([len(row.ids) for row in rows])
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            batch = pad([rows[at] for at in part], padding)
            found[part] = session.run(None, {name: batch[name].numpy() for name in names})[0]
        return found

    return way


def pipeline_way(parts: Any, table: Any, batch_size: int) -> Way:
    """``transformers.pipeline("text-classification")`` as its page shows it, over the same weights.

    The markers are written into the text, and the head finds the actor between them.
    """
    from transformers import PreTrainedTokenizerFast, pipeline

    from stancelab.features.actor_tokens import ACTOR_MARKERS, queries

    opening, closing = ACTOR_MARKERS
    tokenizer, network, _ = parts
    backend = type(tokenizer.tokenizer).from_str(tokenizer.tokenizer.to_str())
    known = PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="<pad>", model_max_length=512
    )
    asked = queries(table)
    texts = [
        {
            "text": f"{one.text[: one.start]}{opening}{one.name}{closing}{one.text[one.end :]}",
            "text_pair": one.name,
        }
        for one in asked
    ]
    classify = pipeline(
        "text-classification", model=as_classifier(network, tokenizer), tokenizer=known, top_k=None
    )

    def way() -> NDArray[np.float64]:
        answers = classify(texts, batch_size=batch_size, truncation=True)
        return np.array(
            [[one["score"] for one in sorted(row, key=lambda one: one["label"])] for row in answers]
        )

    return way


def as_classifier(network: Any, tokenizer: Any) -> Any:
    """Make a sequence classifier of `transformers` out of our network."""
    import torch
    from transformers import PreTrainedModel
    from transformers.modeling_outputs import SequenceClassifierOutput

    opening, closing = tokenizer.marker_ids[:2]

    class StanceForSequenceClassification(PreTrainedModel):  # type: ignore[misc]
        config_class = type(network.encoder.config)

        def __init__(self, config: Any) -> None:
            super().__init__(config)
            self.network = network

        def forward(self, input_ids: Any, attention_mask: Any, **_: Any) -> Any:
            opened, closed = input_ids == opening, input_ids == closing
            inside = (opened.long().cumsum(1) > closed.long().cumsum(1)) & ~opened
            scores = self.network(input_ids, attention_mask, inside.long())["stance"]
            return SequenceClassifierOutput(logits=torch.as_tensor(scores))

    config = type(network.encoder.config)(num_labels=LABELS)
    return StanceForSequenceClassification(config).eval()


if __name__ == "__main__":
    typer.run(main)
