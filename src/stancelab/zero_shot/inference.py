"""A model of natural-language inference at work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.encoders import EncoderFiles
from stancelab.encoders.lengths import longest_input
from stancelab.encoders.loading import load_tokenizer, quiet_transformers
from stancelab.errors import EncoderError, MissingExtraError
from stancelab.zero_shot.source import entailment_label

if TYPE_CHECKING:
    from numpy.typing import NDArray

Pair = tuple[str, str]
"""Premise and hypothesis."""

_MAX_SHOWN = 200


class InferenceModel:
    """Says how far a premise entails a hypothesis; on a GPU where there is one.

    Parameters
    ----------
    files : EncoderFiles
        What `nli_files` found.
    batch : int
        Pairs that are read at once; pairs of like length are put together.

    Raises
    ------
    MissingExtraError
        `transformers` or `torch` is not installed.
    EncoderError
        The model cannot be opened, or its file lacks weights, which would be random.
    """

    def __init__(self, files: EncoderFiles, batch: int) -> None:
        self.batch = batch
        self._entails = entailment_label(files)
        self._model = _open(files)
        outputs = int(self._model.config.num_labels)
        if self._entails >= outputs:
            raise EncoderError(
                files.name,
                f"entailment is its output {self._entails} of {outputs}",
                "mend id2label in its config.json",
            )
        self._tokenizer = load_tokenizer(files, self._model)
        self._longest = longest_input(self._model, self._tokenizer)

    def entailment(self, pairs: Sequence[Pair]) -> NDArray[np.float64]:
        """Give the logit of entailment of each pair, shape (n_pairs,).

        A premise that is too long is cut off at its end.
        """
        made = [self._encode(pair) for pair in pairs]
        order = sorted(range(len(made)), key=lambda at: len(made[at]["input_ids"]))
        found = np.empty(len(pairs))
        for start in range(0, len(order), self.batch):
            rows = order[start : start + self.batch]
            found[rows] = self._logits([made[at] for at in rows])[:, self._entails]
        return found

    def _encode(self, pair: Pair) -> Any:
        return self._tokenizer(*pair, truncation="longest_first", max_length=self._longest)

    def _logits(self, rows: Sequence[Any]) -> NDArray[np.float64]:
        import torch

        padded = self._tokenizer.pad(rows, return_tensors="pt").to(self._model.device)
        with torch.inference_mode():
            logits: NDArray[np.float64] = self._model(**padded).logits.double().cpu().numpy()
        return logits


def _open(files: EncoderFiles) -> Any:
    try:
        import torch
        from transformers import AutoModelForSequenceClassification
    except ImportError as error:
        raise MissingExtraError(error.name or "torch", "train") from None
    try:
        with quiet_transformers():
            model, about = AutoModelForSequenceClassification.from_pretrained(
                files.folder,
                dtype=torch.float32,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                output_loading_info=True,
            )
    except Exception as error:  # of many kinds, and each means that it cannot be opened
        line = " ".join(str(error).split())[:_MAX_SHOWN] or type(error).__name__
        advice = "choose a model of natural-language inference that transformers can open"
        raise EncoderError(files.name, f"cannot be opened ({line})", advice) from error
    missing = sorted(about["missing_keys"])
    if missing:
        raise EncoderError(
            files.name,
            f"its weights lack {missing[0]} and {len(missing) - 1} more",
            "they would be random; save the model again with its head and save_pretrained",
        )
    return model.eval().to("cuda" if torch.cuda.is_available() else "cpu")
