"""The command line: one module a group of commands, and one place where errors end."""

from __future__ import annotations

import errno
import sys

import typer
from rich.console import Console

from stancelab.cli import actors, comparing, data, experiments, exports, scoring, serving, tagging
from stancelab.errors import StancelabError
from stancelab.stopping import exit_status, in_order

app = typer.Typer(
    name="stancelab",
    help="Train, compare and export classifiers of the stance of a statement toward an actor.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_INTERRUPTED = 130
"""What typer gives for Ctrl-C, as shells have it (128 + SIGINT)."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSED = (*_FULL, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
"""What stands against writing or reading that is the user's to mend."""

app.add_typer(data.app, name="data")
app.add_typer(actors.app, name="actors")
app.command("run")(experiments.run)
app.command("compare")(comparing.compare)
app.command("ui")(experiments.ui)
app.command("export")(exports.export)
app.command("predict")(scoring.predict)
app.command("score")(scoring.score)
app.command("serve")(serving.serve)
app.command("tag")(tagging.tag)


def main() -> None:
    """Run the command line; a user's mistake is one line and exit status 2, with no traceback."""
    try:
        with in_order():
            code = app(standalone_mode=False)
    except StancelabError as error:
        _complain(str(error), 2)
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        _storage(error)
    except Exception as error:
        _usage(error)
    if code == _INTERRUPTED:
        ended = "interrupted; what is finished is kept, the same command continues"
        _complain(ended, exit_status())
    sys.exit(code if isinstance(code, int) else 0)


def _storage(error: OSError) -> None:
    """Say in one line what a disk refused; anything else is a bug."""
    if error.errno not in _REFUSED:
        raise error
    place = f"{error.filename}: " if error.filename else ""
    advice = "make room" if error.errno in _FULL else "name a place that can be written"
    _complain(f"{place}cannot be written or read: {error.strerror or error}; {advice}", 2)


def _usage(error: Exception) -> None:
    """Say in one line what was wrong with the words of the command; anything else is a bug."""
    message = getattr(error, "format_message", None)
    if message is None:
        raise error
    if not message():  # a group of commands without one: its help is printed already
        sys.exit(2)
    context = getattr(error, "ctx", None)
    hint = f"; see '{context.command_path} --help'" if context else ""
    _complain(" ".join(message().split()).rstrip(".") + hint, 2)


def _complain(message: str, status: int) -> None:
    Console(stderr=True, soft_wrap=True, highlight=False).print(
        f"stancelab: {message}", markup=False
    )
    sys.exit(status)
