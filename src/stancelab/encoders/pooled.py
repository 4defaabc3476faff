"""Sentence vectors of any encoder of `transformers`: the mean over its tokens."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.encoders.base import EncoderFiles
from stancelab.encoders.directory import CONFIG
from stancelab.encoders.lengths import longest_input
from stancelab.encoders.loading import load_model, load_tokenizer
from stancelab.errors import EncoderError, MissingExtraError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIZES = ("hidden_size", "dim", "d_model")
"""Keys under which the configs of `transformers` give the length of a token's vector."""


class PooledEncoder:
    """The mean of the last layer over the tokens of a text, scaled to length one.

    The weights are opened when the first text is embedded; on a GPU where there is one.

    Parameters
    ----------
    files : EncoderFiles
        The encoder.
    prefix : str
        Put before each text, such as ``"query: "`` for the E5 family.
    batch : int
        Texts embedded at once; texts of like length are put together.

    Raises
    ------
    MissingExtraError
        `transformers` or `torch` is not installed.
    EncoderError
        The config does not say how long a vector is.
    """

    def __init__(self, files: EncoderFiles, prefix: str = "", batch: int = 32) -> None:
        for package in ("transformers", "torch"):
            if find_spec(package) is None:
                raise MissingExtraError(package, "train")
        self.files, self.prefix, self.batch = files, prefix, batch
        self.name, self.revision = files.name, files.revision
        self.size = _size(files)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts; what is longer than the model takes is cut off at its end.

        Returns
        -------
        numpy.ndarray, shape (n_texts, size)
            Vectors of length one.
        """
        vectors = np.empty((len(texts), self.size), dtype=np.float32)
        if not len(texts):
            return vectors
        ids = self._ids(texts)
        order = sorted(range(len(texts)), key=lambda at: len(ids[at]))
        for start in range(0, len(order), self.batch):
            rows = order[start : start + self.batch]
            vectors[rows] = self._mean([ids[at] for at in rows])
        return vectors

    @cached_property
    def _model(self) -> Any:
        return load_model(self.files)

    @cached_property
    def _tokenizer(self) -> Any:
        return load_tokenizer(self.files, self._model)

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        limit = longest_input(self._model, self._tokenizer)
        prefixed = [self.prefix + text for text in texts]
        cut = self._tokenizer(prefixed, truncation=True, max_length=limit)
        # A tokenizer that adds no special tokens makes nothing of a blank text.
        return [ids or [self._padding()] for ids in cut["input_ids"]]

    def _padding(self) -> int:
        known = (self._tokenizer.pad_token_id, self._model.config.pad_token_id, 0)
        return int(next(one for one in known if one is not None))

    def _mean(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        import torch

        device = self._model.device
        rows = [torch.tensor(each, device=device) for each in ids]
        pad = torch.nn.utils.rnn.pad_sequence
        padded = pad(rows, batch_first=True, padding_value=self._padding())
        mask = pad([torch.ones_like(row) for row in rows], batch_first=True)
        with torch.inference_mode():
            states = self._model(input_ids=padded, attention_mask=mask).last_hidden_state
            summed = (states * mask.unsqueeze(-1)).sum(dim=1)
            unit: NDArray[np.float32] = torch.nn.functional.normalize(summed).cpu().numpy()
        return unit


def _size(files: EncoderFiles) -> int:
    config = json.loads((files.folder / CONFIG).read_text(encoding="utf-8"))
    for key in _SIZES:
        if isinstance(config.get(key), int):
            return int(config[key])
    raise EncoderError(
        files.name,
        f"its {CONFIG} has none of {', '.join(_SIZES)}",
        "choose an encoder of texts, such as a BERT, RoBERTa or ModernBERT",
    )
