"""Where a service may listen, and what it imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from made_bundles import make_bundle

from stancelab.errors import MissingExtraError, StancelabError
from stancelab.serving import server
from stancelab.serving.server import address_of, listen
from stancelab.serving.settings import Place

HEAVY = ["torch", "transformers", "mlflow", "sklearn", "pandas", "datasets", "skops"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.9.10", "::1"])
def test_loopback_needs_no_token(host):
    with listen(Place(host, 0), None) as made:
        assert address_of(made).startswith(("http://127.", "http://[::1]:"))


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_an_address_for_others_needs_a_token(host):
    with pytest.raises(StancelabError, match=f"--host {host}: .* variable STANCELAB_TOKEN"):
        listen(Place(host, 0), None)
    listen(Place(host, 0), "secret").close()


def test_an_address_that_is_taken_or_none_is_told_in_one_line():
    with listen(Place(port=0), None) as made:
        made.listen()
        port = made.getsockname()[1]
        with pytest.raises(StancelabError, match=f"cannot listen on 127.0.0.1:{port}: Address al"):
            listen(Place(port=port), None)
    with pytest.raises(StancelabError, match=r"--host no\.such\.invalid: no address"):
        listen(Place("no.such.invalid", 0), None)


def test_the_command_line_says_what_is_wrong(call, monkeypatch, tmp_path):
    monkeypatch.setenv("STANCELAB_TOKEN", "  ")
    status, _, said = call("serve", tmp_path, "--host", "0.0.0.0")
    assert (status, said.count("\n")) == (2, 1)
    assert "requests must bring a token" in said
    status, _, said = call("serve", tmp_path / "none", "--port", 0)
    assert (status, said.count("\n")) == (2, 1)
    assert "no such folder" in said


def test_a_missing_package_names_the_extra(monkeypatch, tmp_path):
    from stancelab.serving.settings import Limits

    monkeypatch.setattr(server, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"stancelab\[serve\]"):
        server.serve(tmp_path, Place(port=0), Limits(), None)


_SERVED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from made_services import ROWS, service
from stancelab import load_bundle
with service(load_bundle({folder!r})) as client:
    answers = [
        client.tag(),
        client.ask("/explain", {{"text": "Oslo won", "actors": ["Oslo"]}}),
        client.ask("/invocations", b"text,actor\\nOslo won,Oslo\\n", "text/csv"),
        client.ask("/"),
    ]
assert [one.status for one in answers] == [200] * 4, answers
print(*sys.modules)
"""


@pytest.mark.parametrize(
    "kind", ["tfidf_linear", pytest.param("onnx_transformer", marks=pytest.mark.slow)]
)
def test_serving_imports_nothing_of_training(kind, tmp_path):
    folder = make_bundle(kind, tmp_path / kind)
    tests = str(next(one for one in Path(__file__).parents if one.name == "tests"))
    code = _SERVED.format(tests=tests, folder=str(folder))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert {"fastapi", "uvicorn"} <= loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_help_does_not_import_the_web_framework():
    code = "import sys; from stancelab.cli import app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"fastapi", "uvicorn", "starlette"}.isdisjoint(done.stdout.split())
