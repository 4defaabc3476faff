"""Encoders of the hub: from its cache, from a server, and each way in which that fails."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants
from made_encoders import tiny_bert

from stancelab.encoders import EncoderFiles, find_encoder, open_encoder, reopen_encoder
from stancelab.errors import EncoderError

COMMIT, OLDER = "0123456789abcdef" * 2 + "01234567", "fedcba9876543210" * 2 + "fedcba98"
LOCAL_WAYS = (
    r'use encoder = "bundled", or a directory with config\.json, model\.safetensors and '
    r"tokenizer\.json$"
)
ERRORS = {"gated": "GatedRepo", "nothing": "RepoNotFound", "no_revision": "RevisionNotFound"}


class Hub(BaseHTTPRequestHandler):
    """As much of the hub as a download takes; refuses some repositories."""

    files: dict[str, bytes]
    asked: list[str]

    def do_GET(self):
        self.asked.append(self.path)
        _, *parts = self.path.split("?")[0].split("/")
        name = parts[3] if parts[0] == "api" else parts[1]
        if name in ERRORS:
            return self._answer(404, headers={"X-Error-Code": ERRORS[name]})
        if name == "broken":
            return self._answer(500)
        if parts[:2] == ["api", "models"] and "tree" in parts:
            return self._answer(200, json.dumps([*map(self._entry, self.files)]).encode())
        if parts[:2] == ["api", "models"]:
            return self._answer(200, json.dumps({"id": "owner/name", "sha": COMMIT}).encode())
        body = self.files["/".join(parts[4:])]
        headers = {"ETag": f'"{hashlib.sha1(body).hexdigest()}"', "X-Repo-Commit": COMMIT}
        return self._answer(200, body, headers)

    do_HEAD = do_GET

    def _entry(self, path):
        body = self.files[path]
        digest = hashlib.sha1(body).hexdigest()
        return {"type": "file", "path": path, "size": len(body), "oid": digest}

    def _answer(self, status, body=b"{}", headers=()):
        self.send_response(status)
        for key, value in {**dict(headers), "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve_at(address, monkeypatch):
    monkeypatch.setattr(constants, "ENDPOINT", address)
    files = f"{address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", files)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The files of an encoder."""
    return tiny_bert(tmp_path_factory.mktemp("hub") / "model")


@pytest.fixture
def cached(tmp_path, monkeypatch):
    """An empty cache of the hub, whose server nobody runs."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    serve_at("http://127.0.0.1:9", monkeypatch)
    return tmp_path / "hub"


@pytest.fixture
def hub(cached, model, monkeypatch):
    """A hub on loopback that has one encoder, with other files beside it."""
    files = {path.name: path.read_bytes() for path in model.iterdir()}
    beside = ("pytorch_model.bin", "onnx/config.json", "onnx/model.safetensors", "code.py")
    handler = type("Handler", (Hub,), {"files": files | dict.fromkeys(beside, b"x"), "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    serve_at(f"http://127.0.0.1:{server.server_port}", monkeypatch)
    yield handler
    server.shutdown()
    server.server_close()


def put(cached, model, commit=COMMIT, without=""):
    """Lay out the cache by hand as the hub's library does."""
    repository = cached / "models--owner--name"
    folder = repository / "snapshots" / commit
    folder.mkdir(parents=True)
    for path in model.iterdir():
        if path.name != without:
            (folder / path.name).write_bytes(path.read_bytes())
    (repository / "refs").mkdir(exist_ok=True)
    (repository / "refs" / "main").write_text(commit)
    return folder


def test_what_the_cache_holds_is_found_without_the_network(cached, model, monkeypatch):
    folder = put(cached, model)
    assert find_encoder("owner/name") == EncoderFiles("owner/name", COMMIT, folder)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    for name in ("owner/name@main", f"owner/name@{COMMIT}"):
        assert find_encoder(name) == EncoderFiles(name, COMMIT, folder)
    assert open_encoder("owner/name").embed(["Oslo"]).shape == (1, 32)


def test_weights_get_back_the_commit_that_they_were_learnt_on(cached, model, monkeypatch):
    older = put(cached, model, OLDER)
    newer = put(cached, model)
    assert find_encoder("owner/name").folder == newer
    again = reopen_encoder("owner/name", OLDER)
    assert again.files == EncoderFiles("owner/name", OLDER, older)


def test_a_snapshot_that_is_not_whole_is_not_used(cached, model):
    put(cached, model, without="model.safetensors")
    with pytest.raises(EncoderError, match=r"encoder 'owner/name': lacks model\.safetensors "):
        find_encoder("owner/name")


def test_offline_the_message_says_so(cached, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    expected = (
        r"^encoder 'nobody/nothing': no directory of that name, not whole in the hub's cache on "
        rf"this machine, and the hub could not be reached \(HF_HUB_OFFLINE is set\); .*{LOCAL_WAYS}"
    )
    with pytest.raises(EncoderError, match=expected):
        find_encoder("nobody/nothing")


def test_a_hub_that_does_not_answer_is_named_in_one_line(cached):
    expected = rf"'nobody/nothing': .* the hub could not be reached \(.*refused\); .*{LOCAL_WAYS}"
    with pytest.raises(EncoderError, match=expected) as caught:
        find_encoder("nobody/nothing")
    assert "\n" not in str(caught.value)


def test_what_is_needed_is_brought_and_nothing_else(hub, cached, model):
    files = find_encoder("owner/name")
    assert (files.name, files.revision) == ("owner/name", COMMIT)
    assert {p.name for p in files.folder.rglob("*")} == {p.name for p in model.iterdir()}
    before = len(hub.asked)
    assert find_encoder("owner/name") == files
    assert find_encoder(f"owner/name@{COMMIT}").folder == files.folder
    assert len(hub.asked) == before, "neither a second time, nor for a commit that is there"


def test_a_repository_of_pickles_is_refused(hub):
    hub.files.pop("model.safetensors")
    with pytest.raises(
        EncoderError, match=r"'owner/name': lacks model\.safetensors \(a pytorch_model\.bin is not"
    ):
        find_encoder("owner/name")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("owner/nothing", "no directory of that name, and no model on the hub that you may read; "),
        ("owner/gated", "the model is gated; ask for access on the hub and log in with: hf auth"),
        ("owner/no_revision@v9", "the model on the hub has no such revision; name a branch, a tag"),
        ("owner/broken", r"could not be reached \(.*500"),
    ],
)
def test_what_the_hub_refuses_is_told_as_what_it_is(name, expected, hub):
    with pytest.raises(EncoderError, match=rf"^encoder '{name}': .*{expected}.*{LOCAL_WAYS}"):
        find_encoder(name)


def test_the_folder_is_a_path(cached, model):
    put(cached, model)
    assert isinstance(find_encoder("owner/name").folder, Path)
