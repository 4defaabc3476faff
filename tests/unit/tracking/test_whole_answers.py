"""A tracking server that ends in the middle of an answer is asked again."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
import requests
from file_server import cut, status
from mlflow.exceptions import MlflowException
from urllib3.util import Retry

from stancelab.tracking.answers import WholeAnswers
from stancelab.tracking.store import open_store

FOUND = json.dumps({"experiment": {"experiment_id": "7", "name": "mine"}}).encode()
API = "api/2.0/mlflow/experiments"
ASKED = f"{API}/get-by-name?experiment_name=mine"


@pytest.fixture(autouse=True)
def _serves(server):
    server.files |= {"a": b"0123456789", ASKED: FOUND, f"{API}/search": b"{}"}


@pytest.fixture
def session():
    """As MLflow makes one, which asks again at most twice and does not wait."""
    policy = Retry(total=2, backoff_factor=0, allowed_methods=None, status_forcelist=[503])
    with requests.Session() as made:
        made.mount("http://", WholeAnswers(max_retries=policy))
        yield made


@pytest.mark.parametrize("after", [0, 5])
def test_an_answer_that_breaks_off_is_asked_for_again(server, session, after):
    server.script = [cut(after), cut(after)]
    assert session.get(f"{server.url}/a").content == b"0123456789"
    assert len(server.requests) == 3


def test_a_sent_file_is_sent_again_from_its_beginning(server, session):
    server.script = [cut(5)]
    file = BytesIO(b"skipped, sent")
    file.seek(9)
    assert session.post(f"{server.url}/a", data=file).content == b"0123456789"
    assert server.bodies == [b"sent", b"sent"]


def test_repetitions_end(server, session):
    server.script = [cut(5)] * 3
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="5 more expected"):
        session.get(f"{server.url}/a")
    assert len(server.requests) == 3


def test_an_answer_in_pieces_is_left_to_its_reader(server, session):
    server.script = [cut(5)]
    answer = session.get(f"{server.url}/a", stream=True)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        list(answer.iter_content(100))
    assert len(server.requests) == 1


def test_the_store_is_asked_in_this_way(server, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.url)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0")
    client = open_store()
    server.script = [cut(10), cut(0), status(503)]
    assert client.get_experiment_by_name("mine").experiment_id == "7"
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    server.script = [cut(10)]
    with pytest.raises(MlflowException, match="more expected"):
        client.get_experiment_by_name("mine")
