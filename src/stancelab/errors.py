"""What can go wrong for a user, each as an exception that writes its own text.

Every message says what was found, what was expected and what to do. The command line prints it
in one line and ends with exit status 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

MAX_LISTED = 20
"""How many offending rows or examples a message lists before it only counts."""


_FILES_LISTED = 5
_DIFFERENCES_LISTED = 3


class StancelabError(Exception):
    """Base class of every error that is the user's to mend."""


class UnknownNameError(StancelabError):
    """A name that is not one of the known ones.

    Parameters
    ----------
    what : str
        What the name should name, such as ``"model kind"``.
    name : str
        The name as given.
    known : iterable of str
        The names that exist.
    where : str
        Where the name stands, such as a file or a key.

    Examples
    --------
    >>> raise UnknownNameError("model kind", "tfidf_logrg", ["lexicon", "tfidf_logreg"])
    Traceback (most recent call last):
    stancelab.errors.UnknownNameError: unknown model kind 'tfidf_logrg'; did you mean \
'tfidf_logreg'? Known: lexicon, tfidf_logreg
    """

    def __init__(self, what: str, name: str, known: Iterable[str], where: str = "") -> None:
        choices = sorted(known)
        close = get_close_matches(name, choices, n=1, cutoff=0.5)
        hint = f"; did you mean {close[0]!r}?" if close else "."
        listed = f" Known: {', '.join(choices)}" if choices else " There is none yet"
        super().__init__(f"{where + ': ' if where else ''}unknown {what} {name!r}{hint}{listed}")


class ConfigError(StancelabError):
    """An experiment file that cannot be used: the file, the place in it and the problem."""

    def __init__(self, path: object, problem: str, key: str = "") -> None:
        super().__init__(f"{path}: {key + ': ' if key else ''}{problem}")


class DataError(StancelabError):
    """A data set, or a table, that cannot be used for what was asked."""


class InputError(DataError):
    """A column or a cell of a table that has the wrong type or value."""

    def __init__(self, column: str, problem: str, row: int | None = None) -> None:
        place = f"column {column!r}" + ("" if row is None else f", row {row}")
        super().__init__(f"{place}: {problem}")


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row of a file that cannot be used.

    Parameters
    ----------
    file : str
        The file as the user named it.
    line : int
        Line in the file, from 1; for Parquet the row, from 1.
    column : str
        The column in the user's own naming; ``""`` where the whole line is at fault.
    value : str
        What stands there.
    reason : str
        Short name of the fault, by which rows are counted, such as ``"empty text"``.
    expected : str
        What should stand there instead; ``""`` where the reason says it.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    expected: str = ""

    def __str__(self) -> str:
        """Return ``file:line: column 'c': reason (found 'v'; expected e)``."""
        value = self.value if len(self.value) <= 60 else self.value[:57] + "..."
        column = f"column {self.column!r}: " if self.column else ""
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{self.file}:{self.line}: {column}{self.reason} (found {value!r}{expected})"


class BadRowsError(DataError):
    """Rows of a file that cannot be used; lists up to 20 of them and gives the total."""

    advice = 'leave them out with on_error = "skip" (--on-error skip)'

    def __init__(self, rows: Sequence[BadRow], total: int) -> None:
        self.rows = tuple(rows)
        self.total = total
        listed = "".join(f"\n  {row}" for row in self.rows[:MAX_LISTED])
        more = f"\n  and {total - MAX_LISTED} more" if total > MAX_LISTED else ""
        super().__init__(
            f"{total} {'row' if total == 1 else 'rows'} cannot be used; mend them, or "
            f"{self.advice}:{listed}{more}"
        )


class MissingFilesError(DataError):
    """A folder without the files of a corpus; names them and the command that gets them."""

    def __init__(self, name: str, folder: object, missing: Sequence[str]) -> None:
        listed = ", ".join(missing[:_FILES_LISTED])
        more = f" and {len(missing) - _FILES_LISTED} more" if len(missing) > _FILES_LISTED else ""
        super().__init__(
            f"{name}: {folder} lacks {listed}{more}; get them with: stancelab data fetch {name} "
            "(or name the folder that holds them with STANCELAB_DATA)"
        )


class DownloadError(StancelabError):
    """A file of a corpus that could not be fetched.

    Parameters
    ----------
    file : object
        The file, or the place on this machine, that it is about.
    problem : str
        What was found, and what was expected.
    advice : str
        What to do.
    address : str
        Where it was asked for; ``""`` where nothing was asked.
    """

    def __init__(self, file: object, problem: str, advice: str, address: str = "") -> None:
        super().__init__(f"{file}: {problem}{f' ({address})' if address else ''}; {advice}")


class ChangedFileError(DataError):
    """A file of a corpus that is not the one whose SHA-256 is known."""

    def __init__(self, path: object, found: str, expected: str, name: str) -> None:
        super().__init__(
            f"{path}: SHA-256 {found[:12]}…, expected {expected[:12]}…: not the file that was "
            f"published; remove it and get it anew with: stancelab data fetch {name}, or go on "
            "with --unverified"
        )


class SchemeError(DataError):
    """A corpus file whose scheme is not the one its loader knows: file, line and column."""

    def __init__(self, path: object, line: int, column: str, found: object, expected: str) -> None:
        shown = str(found) if len(str(found)) <= 60 else str(found)[:57] + "..."
        place = f"column {column!r}: " if column else ""
        super().__init__(
            f"{path}:{line}: {place}found {shown!r}, expected {expected}; the scheme has changed "
            "upstream: use the files of the known commit (stancelab data fetch)"
        )


class LeakError(DataError):
    """Texts or documents that stand in more than one part of a split."""

    def __init__(self, examples: Sequence[str], total: int, advice: str) -> None:
        listed = "".join(f"\n  {example}" for example in examples)
        more = f"\n  and {total - len(examples)} more" if total > len(examples) else ""
        super().__init__(f"the split leaks in {total} places; {advice}:{listed}{more}")


class DifferentRowsError(DataError):
    """Models that are to be compared and were tested on different rows; names the differences."""

    def __init__(self, first: str, second: str, differences: Sequence[str]) -> None:
        listed = "; ".join(differences[:_DIFFERENCES_LISTED])
        more = len(differences) - _DIFFERENCES_LISTED
        super().__init__(
            f"{first} and {second} were not tested on the same rows: {listed}"
            f"{f'; and {more} more such differences' if more > 0 else ''}; "
            "compare runs of the same data and split"
        )


class BundleError(StancelabError):
    """A folder that is not a bundle which this version can use."""


class BundleVersionError(BundleError):
    """A bundle written in a format that this version does not read."""

    def __init__(self, path: object, found: object, readable: Sequence[int]) -> None:
        super().__init__(
            f"{path}: bundle format {found!r}, this version reads "
            f"{' and '.join(map(str, readable))}; export the run again, or install the stancelab "
            "that wrote it"
        )


class DamagedBundleError(BundleError):
    """A bundle whose files are not the ones that were exported."""

    def __init__(self, path: object, problem: str) -> None:
        super().__init__(f"{path}: damaged bundle: {problem}; export it again or copy it anew")


class UnsafeBundleError(BundleError):
    """A bundle that holds what could run code, or that reaches out of its folder."""

    def __init__(self, path: object, problem: str) -> None:
        super().__init__(f"{path}: refused: {problem}; get it anew from whom you trust")


class VerificationError(BundleError):
    """A bundle that answers its own probe statements differently than at export."""


class StoreError(StancelabError):
    """A tracking store, or something in it, that cannot be reached or found."""


class MissingExtraError(StancelabError):
    """An optional dependency that is not installed; names the extra that brings it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"this needs the package {package!r}, which is not installed; "
            f"install it with: pip install 'stancelab[{extra}]'"
        )


class EncoderError(StancelabError):
    """An encoder that cannot be found or opened, or is not the one that is meant.

    Parameters
    ----------
    name : str
        The encoder as it was named.
    problem : str
        What was found, and what was expected.
    advice : str
        What to do.
    """

    def __init__(self, name: str, problem: str, advice: str) -> None:
        super().__init__(f"encoder {name!r}: {problem}; {advice}")


class TrainingError(StancelabError):
    """A training that cannot go on."""

    @classmethod
    def not_finite(cls, loss: float, step: int, rows: Sequence[str]) -> TrainingError:
        """Say that a loss is no number, and which rows gave it."""
        listed = ", ".join(rows[:MAX_LISTED])
        more = f" and {len(rows) - MAX_LISTED} more" if len(rows) > MAX_LISTED else ""
        return cls(
            f"the loss is {loss} at step {step}, in the batch of rows {listed}{more}; lower "
            'learning_rate, or set precision = "fp32"'
        )

    @classmethod
    def no_half(cls) -> TrainingError:
        """Say that a processor does not train in half precision."""
        return cls(
            'precision = "fp16" needs a GPU, and there is none; use "auto", "bf16" or "fp32"'
        )

    @classmethod
    def diverged(cls) -> TrainingError:
        """Say that a network answers with no numbers although no loss told so."""
        return cls(
            "after the last step the network's answers are no finite numbers; lower "
            'learning_rate, or set precision = "fp32"'
        )

    @classmethod
    def no_memory(cls, batch_tokens: int, max_tokens: int) -> TrainingError:
        """Say that memory ran out, and what to lower."""
        return cls(
            f"there is too little memory for batches of {batch_tokens} tokens; lower batch_tokens, "
            f"or max_tokens (now {max_tokens})"
        )
