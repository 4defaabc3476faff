"""``stancelab serve`` and ``mlflow models serve`` on one folder give the same bytes."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pytest
from local_server import free_port, local_server
from made_bundles import make_bundle
from made_services import Client, service

from stancelab import load_bundle
from stancelab.export.digests import write_sums
from stancelab.export.mlflow_folder import add_mlflow_files

pytestmark = pytest.mark.slow

TEXT = "Осло подякувало Варшаві, але пригрозило Мінську санкціями."
ROWS = [{"text": TEXT, "actor": actor} for actor in ("Варшаві", "Мінську", "Польща", "Рим")]
SPANS = [{**row, "mention_start": 16.0, "mention_end": 23} for row in ROWS]
LISTS = {name: [row[name] for row in ROWS] for name in ("text", "actor")}
SPLIT = {"columns": ["actor", "text", "x"], "data": [[one["actor"], TEXT, 1] for one in ROWS]}
CSV = "text,actor\n" + "".join(f'"{row["text"]}",{row["actor"]}\n' for row in ROWS)

BODIES = {
    "split": {"dataframe_split": SPLIT},
    "split_index": {"dataframe_split": {**SPLIT, "index": [4, 5, 6, 7]}},
    "split_nothing": {"dataframe_split": {"columns": ["text", "actor"], "data": []}},
    "records": {"dataframe_records": ROWS},
    "records_spans": {"dataframe_records": SPANS},
    "inputs": {"inputs": LISTS},
    "inputs_one": {"inputs": ROWS[0]},
    "inputs_records": {"inputs": ROWS},
    "instances": {"instances": ROWS},
    "instances_columns": {"instances": LISTS},
    "params": {"inputs": LISTS, "params": {}},
    "csv": CSV.encode(),
    "csv_windows": b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode(),
}
REFUSED = {
    "no_actor": {"dataframe_records": [{"text": TEXT}]},
    "number": {"dataframe_records": [{"text": 1, "actor": "Осло"}]},
    "blank": {"dataframe_records": [{"text": " ", "actor": "Осло"}]},
    "half_a_span": {"dataframe_records": [{**ROWS[0], "mention_start": 0}]},
    "outside": {"dataframe_records": [{**ROWS[0], "mention_start": 0, "mention_end": 900}]},
    "some_spans": {"dataframe_records": [ROWS[0], SPANS[0]]},
    "two_forms": {"inputs": LISTS, "instances": LISTS},
    "uneven": {"inputs": {"text": [TEXT, TEXT], "actor": ["Осло"]}},
    "no_object": ROWS,
    "no_json": b'{"inputs":',
    "csv_unclosed": b'text,actor\n"abc,d\n',
    "surrogate": b'{"inputs": {"text": "\\ud800", "actor": "a"}}',
}


@pytest.fixture(scope="module", params=["tfidf_linear", "onnx_transformer"])
def both(request, tmp_path_factory):
    """Serve one folder by both."""
    folder = make_bundle(request.param, tmp_path_factory.mktemp("both") / "bundle")
    add_mlflow_files(folder)
    write_sums(folder)
    port = free_port()
    words = ["models", "serve", "-m", str(folder), "--env-manager", "local", "--port", str(port)]
    ready = f"http://127.0.0.1:{port}/ping"
    path = {"PATH": f"{sys.prefix}/bin:/usr/bin:/bin"}
    with (
        local_server([sys.executable, "-m", "mlflow", *words], ready, path),
        service(load_bundle(folder)) as ours,
    ):
        yield ours, Client(port)


def sent(client, body):
    kind = "text/csv" if isinstance(body, bytes) and not body.startswith(b"{") else None
    return client.ask("/invocations", body, kind or "application/json")


@pytest.mark.parametrize("name", BODIES)
def test_the_same_rows_get_the_same_bytes(both, name):
    ours, theirs = (sent(client, BODIES[name]) for client in both)
    assert (ours.status, theirs.status) == (200, 200)
    assert ours.body == theirs.body
    assert ours.headers["content-type"] == theirs.headers["content-type"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_one_refuses_the_other_does(both, name):
    ours, theirs = (sent(client, REFUSED[name]) for client in both)
    assert (ours.status, theirs.status) == (400, 400)
    assert ours.content.keys() <= theirs.content.keys()
    if name in ("number", "blank", "half_a_span", "outside"):
        assert ours.message in theirs.message
        assert ours.content["error_code"] == theirs.content["error_code"]


def test_other_requests_get_the_same_status(both):
    for path, method in (("/ping", "GET"), ("/health", "GET"), ("/x", "GET"), ("/ping", "POST")):
        ours, theirs = (client.ask(path, method=method) for client in both)
        assert ours.status == theirs.status
        if ours.status == 200:
            assert ours.body == theirs.body
    for kind in ("text/plain", "application/json; charset=latin-1"):
        assert {client.ask("/invocations", {}, kind).status for client in both} == {415}


def test_many_requests_at_once_get_what_each_gets_alone(both):
    alone = {json.dumps(row): both[0].tag([row]).body for row in ROWS}
    rows = list(islice(cycle(ROWS), 160))
    for client in both:
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(lambda row, asked=client: asked.tag([row]), rows))
        assert {one.status for one in found} == {200}
        assert [one.body for one in found] == [alone[json.dumps(row)] for row in rows]
