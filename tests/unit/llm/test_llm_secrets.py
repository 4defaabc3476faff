"""The key is sent to the service, and is nowhere else."""

from __future__ import annotations

import io
import json
import logging
import pickle
import traceback

import pytest
from llm_rows import statements
from llm_server import raw, said, status

from stancelab.errors import ConfigError
from stancelab.llm.errors import ServiceError
from stancelab.llm.key import Key
from stancelab.models.llm import LlmConfig

SECRET = "sk-4f9a0c-not-for-others"


@pytest.fixture
def keyed(fitted, monkeypatch):
    monkeypatch.setenv("SOME_KEY", SECRET)
    return lambda **chosen: fitted(api_key_env="SOME_KEY", **chosen)


def echoes(code):
    """Say the key back, as some servers do."""

    def answer(handler, request):
        status(code, f"Incorrect API key provided: {request.key}. It is wrong.")(handler, request)

    return answer


def test_the_key_is_in_the_header(llm, keyed):
    keyed().predict(statements(2))
    assert [request.key for request in llm.requests] == [f"Bearer {SECRET}"] * 2
    assert SECRET not in json.dumps([request.payload for request in llm.requests])


@pytest.mark.parametrize("code", [400, 401, 429, 500])
def test_no_error_shows_it(llm, keyed, code):
    llm.usual = echoes(code)
    with pytest.raises(ServiceError, match=r"\*\*\*") as caught:
        keyed(retries=1, max_failed=0).predict(statements(1))
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_no_log_shows_it(llm, keyed, capfd):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        llm.script = [echoes(500), raw(b"<html>" + SECRET.encode()), said(SECRET)]
        keyed().predict(statements(3))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert "POST /v1/chat/completions" in written.getvalue()
    assert SECRET not in written.getvalue()
    assert SECRET not in "".join(capfd.readouterr())


def test_no_file_and_no_state_holds_it(llm, keyed, tmp_path):
    def parrot(handler, request):
        content = {"label": "hostile", "why": request.key, request.key: 1}
        said(json.dumps(content), model=request.key)(handler, request)

    llm.usual = parrot
    model = keyed()
    model.predict(statements(2))
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 2
    for file in files:
        assert SECRET not in file.read_text()
        assert SECRET not in file.name
    state = model.predictor_.state()
    for shown in (repr(model), str(model.get_params()), repr(state), str(vars(model.predictor_))):
        assert SECRET not in shown
    assert json.dumps(state.settings)


def test_a_key_shows_its_variable_alone(monkeypatch):
    monkeypatch.setenv("SOME_KEY", SECRET)
    key = Key("SOME_KEY")
    assert repr(key) == "Key('SOME_KEY')"
    assert key.scrub(f"a {SECRET} b") == "a *** b"
    with pytest.raises(TypeError, match="never written"):
        pickle.dumps(key)


@pytest.mark.parametrize("odd", [f"{SECRET}\n{SECRET}", f"{SECRET} x", f"{SECRET}й"])
def test_a_key_that_no_header_takes_is_not_shown(keyed, monkeypatch, odd):
    model = keyed()
    monkeypatch.setenv("SOME_KEY", odd)
    with pytest.raises(
        ServiceError, match="SOME_KEY holds something other than printable"
    ) as found:
        model.predict(statements(1))
    assert SECRET not in str(found.value)


def test_a_key_in_the_file_is_refused_and_not_shown():
    usual = {"base_url": "https://example.org/v1", "model": "tiny"}
    with pytest.raises(ConfigError, match=r"x\.toml: api_key_env: is no name of a var") as found:
        LlmConfig(**usual | {"api_key_env": SECRET}).check("x.toml")
    assert SECRET not in str(found.value)
    for address in (f"https://me:{SECRET}@example.org/v1", f"https://example.org/v1?key={SECRET}"):
        with pytest.raises(ConfigError, match=r"base_url: has a") as found:
            LlmConfig(**usual | {"base_url": address}).check("x.toml")
        assert SECRET not in str(found.value)


def test_a_password_for_the_host_in_netrc_is_not_sent(llm, fitted, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login me password {SECRET}\n")
    monkeypatch.setenv("NETRC", str(netrc))
    fitted().predict(statements(1))
    assert llm.requests[0].key is None


def test_a_redirect_does_not_take_the_key_along(llm, keyed):
    llm.usual = status(308, Location=f"{llm.url}/elsewhere")
    with pytest.raises(ServiceError, match="answers HTTP 308; look at base_url"):
        keyed().predict(statements(1))
    assert len(llm.requests) == 1
