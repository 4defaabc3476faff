"""What is asked of a conversion, what it works with, and what it gives."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from stancelab.errors import StancelabError
from stancelab.inference.engines import Precision

if TYPE_CHECKING:
    import pyarrow as pa

    from stancelab.predictors.base import Predictor


class ExportError(StancelabError):
    """A trained model that cannot be exported in the way that was asked for."""


@dataclass(frozen=True, slots=True)
class OnnxWanted:
    """How an encoder is to be written.

    Attributes
    ----------
    precision : {"fp32", "int8"}
        Of weights and products.
    languages : tuple of str
        Keep the tokens of these languages alone (BCP 47); all tokens where it is empty.
    keep_tokens_of : tuple of Path
        Text files in UTF-8 whose tokens are kept too.
    frozen : bool
        Write also frozen encoders that answer without being written, as the bundled one does.
    """

    precision: Precision = "fp32"
    languages: tuple[str, ...] = ()
    keep_tokens_of: tuple[Path, ...] = ()
    frozen: bool = True

    @property
    def prunes(self) -> bool:
        """Whether tokens are left out."""
        return bool(self.languages or self.keep_tokens_of)


MEASURED_ROWS = 3_000
"""On so many rows, a share of 99 % is known to 0.4 points, and a conversion takes minutes."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """The rows that a conversion works with.

    Attributes
    ----------
    training : pyarrow.Table
        Statement table that the model learnt from: by it ranges are measured and tokens kept.
    validation : pyarrow.Table
        Labelled statement table on which the loss is measured.
    """

    training: pa.Table
    validation: pa.Table

    def drawn(self, most: int = MEASURED_ROWS) -> Material:
        """Give as much validation as it takes to measure a loss: rows drawn by chance, in order.

        Parameters
        ----------
        most : int
            Validation rows at most.
        """
        if len(self.validation) <= most:
            return self
        chosen = np.random.default_rng(0).choice(len(self.validation), most, replace=False)
        return Material(self.training, self.validation.take(np.sort(chosen)))

    def of(self, languages: Collection[str]) -> Material:
        """Give the rows of some languages, and those that name none; all where none is asked for.

        Raises
        ------
        ExportError
            There are no such rows.
        """
        if not languages:
            return self
        own = pc.field("language").isin([*languages, ""])
        found = Material(self.training.filter(own), self.validation.filter(own))
        for name, table in (("training", found.training), ("validation", found.validation)):
            if not len(table):
                spoken = sorted(set(getattr(self, name).column("language").to_pylist()))
                raise ExportError(
                    f"--languages {','.join(languages)}: no {name} row is in one of them, so the "
                    f"loss cannot be measured; the rows are in {', '.join(spoken)}"
                )
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """A predictor that answers from an ONNX file.

    Attributes
    ----------
    predictor : Predictor
        Reads its files from the folder that they were written to.
    about : dict
        What the manifest says of it.
    notes : tuple of str
        What the user should know.
    exact : Predictor
        The same in single precision.
    """

    predictor: Predictor
    about: dict[str, Any]
    notes: tuple[str, ...]
    exact: Predictor
