"""An exported folder is an MLflow model: the real server answers over HTTP as Python does."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from bare_python import bare_python

import stancelab
from stancelab.tracking.exporting import export

TEXT = "Осло подякувало Варшаві, але пригрозило Мінську санкціями."
ACTORS = ["Варшаві", "Мінську"]
SHARES = ["p_hostile", "p_neutral", "p_cooperative"]


@pytest.fixture(scope="module")
def server(workplace):
    """Start ``mlflow models serve`` on the exported bundle."""
    with serving(workplace.bundle, Path(sys.executable), workplace.folder) as address:
        yield address


@contextmanager
def serving(folder, python, place):
    """Start ``mlflow models serve`` on a folder, with a Python of choice and inside a place."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["models", "serve", "-m", str(folder), "--env-manager", "local"]
    environment = os.environ | {"PATH": f"{python.parent}:{os.environ['PATH']}"}
    environment.pop("PYTHONPATH", None)
    process = subprocess.Popen(
        [python, "-m", "mlflow", *words, "--host", "127.0.0.1", "--port", str(port)],
        cwd=place,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/ping", process)
        yield address
    finally:
        os.killpg(process.pid, 15)
        process.wait(timeout=20)


def wait_for(address, process, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the server ended with status {process.returncode}")
        try:
            urllib.request.urlopen(address, timeout=2)
        except OSError:
            time.sleep(0.3)
        else:
            return
    pytest.fail("the server did not start")


def post(server, content):
    """Post JSON and give the status and the answer."""
    request = urllib.request.Request(
        f"{server}/invocations",
        json.dumps(content).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


FORMS = {
    "dataframe_split": {
        "dataframe_split": {"columns": ["text", "actor"], "data": [[TEXT, a] for a in ACTORS]}
    },
    "dataframe_records": {"dataframe_records": [{"text": TEXT, "actor": a} for a in ACTORS]},
    "inputs": {"inputs": {"text": [TEXT, TEXT], "actor": ACTORS}},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gets_pythons_probabilities(server, workplace, form):
    status, answer = post(server, FORMS[form])
    assert status == 200
    shares = [[row[name] for name in SHARES] for row in answer["predictions"]]
    bundle = stancelab.load_bundle(workplace.bundle)
    np.testing.assert_allclose(shares, bundle.predict_proba([TEXT] * 2, ACTORS), atol=1e-6)
    assert [row["predicted"] for row in answer["predictions"]] == bundle.predict([TEXT] * 2, ACTORS)


def test_one_text_two_actors_get_different_probabilities(server):
    _, answer = post(server, FORMS["dataframe_records"])
    warsaw, minsk = ([row[name] for name in SHARES] for row in answer["predictions"])
    assert np.abs(np.subtract(warsaw, minsk)).max() > 0.01


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"text": TEXT}, "actor"),
        ({"actor": "Осло"}, "text"),
        ({"text": 1, "actor": "Осло"}, "column 'text', row 0: expected text, found 1"),
        ({"text": TEXT, "actor": 1}, "column 'actor', row 0: expected text, found 1"),
        ({"text": "", "actor": "Осло"}, "column 'text', row 0: expected text, found ''"),
        ({"text": TEXT, "actor": "Осло", "mention_start": 0}, "'mention_end': missing"),
        ({"text": TEXT, "actor": "Осло", "mention_start": 0, "mention_end": 900}, "mention_start"),
        ({"text": TEXT, "actor": "Осло", "mention_start": "a", "mention_end": 4}, "mention_start"),
    ],
)
def test_wrong_rows_get_a_4xx_that_names_the_column(server, row, named):
    status, answer = post(server, {"dataframe_records": [row]})
    assert 400 <= status < 500
    assert named in answer["message"]


def test_logged_model_loads_from_the_registry(workplace):
    from stancelab.tracking.store import open_store

    open_store()
    model = mlflow.pyfunc.load_model("models:/stance/1")
    answer = model.predict(pd.DataFrame({"text": [TEXT] * 2, "actor": ACTORS}))
    bundle = stancelab.load_bundle(workplace.bundle)
    np.testing.assert_allclose(answer[SHARES], bundle.predict_proba([TEXT] * 2, ACTORS), atol=1e-9)


@pytest.mark.slow
def test_a_folder_with_its_code_serves_where_stancelab_is_not_installed(workplace, tmp_path):
    folder, python = tmp_path / "model", bare_python(tmp_path / "bare")
    export("best:01_baselines", folder, export_format="mlflow")
    words = [python, "-c", "import stancelab.scoring"]
    missing = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
    assert "No module named 'stancelab" in missing.stderr
    bundle = stancelab.load_bundle(workplace.bundle)
    with serving(folder, python, tmp_path) as address:
        for form in FORMS.values():
            status, answer = post(address, form)
            assert status == 200
            shares = [[row[name] for name in SHARES] for row in answer["predictions"]]
            np.testing.assert_allclose(shares, bundle.predict_proba([TEXT] * 2, ACTORS), atol=1e-6)
        status, answer = post(address, {"dataframe_records": [{"text": 1, "actor": "Осло"}]})
        assert (status, "column 'text', row 0" in answer["message"]) == (400, True)
    assert stancelab.load_bundle(folder).manifest["model"] == bundle.manifest["model"]
