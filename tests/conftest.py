"""What tests of several folders share: a file server, small encoders, and one thread each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from file_server import FileServer
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")
"""Set before torch is imported: small networks get slower by threads, on busy cores by far."""

settings.register_profile("shared", deadline=None)  # the first example may load a dictionary
settings.load_profile("shared")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """A web server on loopback that serves no files yet."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    started = FileServer()
    yield started
    started.stop()


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command line and give its exit status, output and errors."""
    from stancelab.cli import main

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["stancelab", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


@pytest.fixture(scope="session")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Encoders of two layers: one cut from the bundled one, and random ones of several kinds."""
    import gc

    from made_encoders import cut_bundled, tiny_modernbert, tiny_roberta
    from made_trained import tiny_words

    folder = tmp_path_factory.mktemp("encoders")
    made = {
        "bundled": cut_bundled(folder / "bundled", pieces=8_000),
        "words": tiny_words(folder / "words"),
        "roberta": tiny_roberta(folder / "roberta"),
        "modernbert": tiny_modernbert(folder / "modernbert"),
    }
    gc.freeze()  # accelerate collects garbage for each training: half a second with all modules
    return made
