"""Which cluster is meant, and what is said where there is none."""

from __future__ import annotations

import signal
import socket
import sys

import pytest

from stancelab.cluster.connecting import Cluster, brief, connected
from stancelab.errors import MissingExtraError, StancelabError


@pytest.mark.parametrize(
    ("resources", "wanted", "room"),
    [
        ({"CPU": 4.0}, {}, 4),
        ({"CPU": 4.0}, {"cpus": 0.5}, 8),
        ({"CPU": 4.0}, {"cpus": 3}, 1),
        ({"CPU": 4.0}, {"gpus": 0.5}, 0),
        ({"CPU": 16.0, "GPU": 1.0}, {"gpus": 0.25}, 4),
        ({"CPU": 2.0, "GPU": 1.0}, {"gpus": 0.25}, 2),
        ({}, {}, 0),
    ],
)
def test_room_is_counted_by_whatever_is_scarce(resources, wanted, room):
    assert Cluster(**wanted).fits(resources) == room


@pytest.mark.parametrize("wanted", [{"gpus": 1.5}, {"cpus": 2.5}, {"cpus": 0}, {"gpus": -1}])
def test_shares_that_ray_cannot_give_are_refused(wanted):
    with pytest.raises(StancelabError, match="expected a"):
        Cluster(**wanted)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("nonsense", "is no HOST:PORT"),
        ("host:port", "is no HOST:PORT"),
        ("ray://127.0.0.1:10001", "ray:// is Ray's client, from outside of the cluster"),
    ],
)
def test_an_address_that_is_none_is_told(address, problem):
    with (
        pytest.raises(StancelabError, match=f"cluster {address} cannot be used: {problem}; run th"),
        connected(Cluster(address)),
    ):
        pass


def test_one_that_does_not_answer_is_told_at_once():
    before = signal.getsignal(signal.SIGTERM)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        with (
            pytest.raises(StancelabError, match=f"{address} cannot be used: Connection refused"),
            connected(Cluster(address)),
        ):
            pass
    assert signal.getsignal(signal.SIGTERM) is before


def test_ray_that_is_missing_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with (
        pytest.raises(MissingExtraError, match=r"'ray'.*pip install 'stancelab\[ray\]'"),
        connected(Cluster()),
    ):
        pass


def test_the_last_line_of_an_error_says_most():
    assert brief(ValueError("The actor died:\n  trace\nNo module named 'stancelab'\n")) == (
        "ValueError: No module named 'stancelab'"
    )
    assert brief(ValueError()) == "ValueError: nothing is said"


@pytest.mark.parametrize("command", ["score", "run"])
def test_options_of_a_cluster_go_with_its_engine(call, tmp_path, command):
    words = {"score": ("b", "in.csv", "out.csv"), "run": ("mine.toml",)}[command]
    status, out, err = call(command, *words, "--address", "auto")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "--address and what a worker takes go with --engine ray; add it" in err


def test_streams_stay_on_one_machine(lexicon_bundle, call):
    words = ("-", "-", "--input-type", "csv", "--on-error", "fail", "--engine", "ray")
    status, _, err = call("score", lexicon_bundle, *words)
    assert status == 2
    assert "--engine ray reads and writes files, which all its nodes see; give files inste" in err
