"""An estimator of scikit-learn that a user added, at work.

It is the exception, with the fine-tuned encoder, to what predictors import: scikit-learn and skops
are needed to answer, and are imported when one is loaded and not before.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
import weakref
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from stancelab.errors import BundleError, UnsafeBundleError
from stancelab.features.marked_texts import marked_texts
from stancelab.predictors.base import State
from stancelab.predictors.checked import StateError, file_of, setting
from stancelab.predictors.skops_file import ForeignTypesError, read_skops
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

FILE = "estimator.skops"
"""What the estimator's file is called in a bundle."""

_LIBRARY = "scikit-learn"
_EXACT = 1e-3


class EstimatorAnswerError(BundleError):
    """An estimator that does not answer, or not with probabilities."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"the estimator does not answer with probabilities ({problem}); export the classifier "
            f"again, or compare the versions of {_LIBRARY}"
        )


@dataclass(frozen=True, eq=False)
class EstimatorPredictor:
    """A fitted estimator that takes a list of texts.

    Parameters
    ----------
    content : bytes
        The estimator as skops writes it; it always answers as it is read again.
    marked : bool
        Whether its texts show the actor, as `features.marked_texts` does; else they are the
        statements alone.
    library : str
        The version of scikit-learn that fitted it.
    """

    kind: ClassVar[str] = "estimator"
    content: bytes
    marked: bool
    library: str = ""

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Give the probabilities of the three labels; 0 for one that training lacked.

        Raises
        ------
        EstimatorAnswerError
            The estimator fails, or gives something other than probabilities.
        """
        texts = marked_texts(table) if self.marked else table.column("text").to_pylist()
        full = np.zeros((len(texts), len(LABELS)))
        if not texts:
            return full
        try:
            found = np.asarray(self.estimator.predict_proba(texts), dtype=np.float64)
            full[:, _classes(self.estimator)] = found
        except Exception as error:  # whatever a user's estimator raises
            line = " ".join(str(error).split())[:200]
            raise EstimatorAnswerError(f"{type(error).__name__}: {line}") from error
        total = full.sum(axis=1, keepdims=True)
        if not (np.abs(total - 1) <= _EXACT).all() or (full < 0).any():
            raise EstimatorAnswerError("those of a row do not add up to one")
        shares: NDArray[np.float64] = full / total
        return shares

    def state(self) -> State:
        """Give the settings, and the estimator as a file."""
        return State({"marked": self.marked, _LIBRARY: self.library}, {}, {FILE: self._file})

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Read the estimator, after a look at the types in its file.

        Raises
        ------
        UnsafeBundleError
            It holds a type that is not among those that were audited.
        MissingExtraError
            scikit-learn or skops is not installed.
        """
        marked = setting(state.settings, "marked", bool)
        library = setting(state.settings, _LIBRARY, str)
        path = file_of(state, FILE)
        made = cls(path.read_bytes(), marked, library)
        try:
            _classes(made.estimator)
        except ForeignTypesError as error:
            raise UnsafeBundleError(
                path.parent, f"{FILE} {error}, which nobody has audited"
            ) from None
        except StateError:
            raise
        except (AttributeError, TypeError, ValueError) as error:
            raise StateError(f"{FILE} holds no fitted classifier ({error})") from None
        return made

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is made anew, such as the place of a file of this process."""
        return {"content": self.content, "marked": self.marked, "library": self.library}

    @cached_property
    def estimator(self) -> Any:
        """The estimator as it is read from the file."""
        here = version(_LIBRARY)
        with warnings.catch_warnings():
            if self.library != here:
                warnings.simplefilter("ignore")  # scikit-learn has one for each of its parts
            found = read_skops(self.content)
        if self.library != here:
            warnings.warn(
                f"the estimator was fitted by {_LIBRARY} {self.library or 'unknown'}, and this is "
                f"{here}: see whether it answers the same with stancelab export --verify DIR",
                stacklevel=2,
            )
        return found

    @cached_property
    def _file(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="stancelab-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        (folder / FILE).write_bytes(self.content)
        return folder / FILE


def _classes(estimator: Any) -> list[int]:
    """Give the labels that training had, in the order of the estimator's columns."""
    found: list[int] = np.asarray(estimator.classes_).tolist()
    known = [code for code in range(len(LABELS)) if code in found]
    if not found or sorted(found) != known or not callable(estimator.predict_proba):
        raise ValueError(f"classes {found}, expected some of 0, 1 and 2")
    return found
