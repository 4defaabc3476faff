"""Estimators of scikit-learn in a file that runs no code when it is read: written by skops."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from scipy import sparse

from stancelab.errors import MissingExtraError
from stancelab.predictors.checked import StateError

AUDITED = (
    # Plain holders of other estimators, of numbers and of names: no method of theirs is called
    # when they are made.
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.calibration._TemperatureScaling",
    "sklearn.metrics._scorer._PassthroughScorer",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
    # A dict whose keys are attributes too; what it is given to restore, it ignores.
    "sklearn.utils._bunch.Bunch",
    # Functions over the training rows, called by fit alone.
    "sklearn.feature_selection._univariate_selection.chi2",
    "sklearn.feature_selection._univariate_selection.f_classif",
    # Read without pickles; its indices, which compiled code believes, are checked below.
    "scipy.sparse._csr.csr_matrix",
)
"""Types that a bundle may hold besides those that skops trusts by itself: each was looked at.

Left out on purpose are ``sklearn.tree._tree.Tree`` and the trees of gradient boosting, and those of
neighbours: compiled code follows the indices in them wherever they point.
"""

_ARCHIVE = b"PK"
_LISTED = 3


class ForeignTypesError(StateError):
    """A file of skops with types that were not audited; nothing was made of it."""

    def __init__(self, types: Sequence[str]) -> None:
        more = f" and {len(types) - _LISTED} more" if len(types) > _LISTED else ""
        super().__init__(f"holds {', '.join(types[:_LISTED])}{more}")


def write_skops(estimator: object) -> bytes:
    """Write an estimator.

    Raises
    ------
    MissingExtraError
        skops is not installed.
    """
    skops = _skops()
    # a vocabulary is ten times as long as its words, most of it alike
    content: bytes = skops.dumps(estimator, compression=zipfile.ZIP_DEFLATED)
    return content


def read_skops(content: bytes) -> Any:
    """Make an estimator again; the types in its file are looked at before anything is made.

    Raises
    ------
    ForeignTypesError
        It holds types that are neither trusted by skops nor audited here.
    StateError
        It is no file of skops, or what it holds does not fit together.
    MissingExtraError
        skops is not installed.
    """
    skops = _skops()
    try:
        _check_sparse(content)
        return skops.loads(content, trusted=list(AUDITED))
    except skops.exceptions.UntrustedTypesFoundException:
        found = set(skops.get_untrusted_types(data=content)) - set(AUDITED)
        raise ForeignTypesError(sorted(found)) from None
    except Exception as error:  # of many kinds, and each means that it was not written by skops
        line = " ".join(str(error).split())[:160]
        problem = f"the estimator cannot be read ({type(error).__name__}: {line})"
        raise StateError(problem) from error


def _check_sparse(content: bytes) -> None:
    """Refuse sparse matrices whose indices lie outside of them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            with archive.open(name) as file:
                packed = file.read(len(_ARCHIVE)) == _ARCHIVE
            if packed:
                matrix: Any = sparse.load_npz(io.BytesIO(archive.read(name)))
                matrix.tocsr().check_format(full_check=True)


def _skops() -> Any:
    try:
        return import_module("skops.io")
    except ImportError as error:
        raise MissingExtraError(error.name or "skops", "train") from None
