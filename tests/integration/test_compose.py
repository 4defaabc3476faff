"""The set-up for a team: its versions are those that are tested, and it holds no secret."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SECRETS = re.compile("PASSWORD|SECRET|ACCESS_KEY")


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def pins(path):
    """Read the exact versions of a requirements file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_the_server_has_the_versions_that_are_tested():
    server, tested = pins(ROOT / "deploy/requirements.txt"), pins(ROOT / "constraints.txt")
    assert {"mlflow", "psycopg2-binary", "boto3"} == set(server)
    assert server["mlflow"] == tested["mlflow"]
    assert {name: tested.get(name, server[name]) for name in server} == server


def test_every_image_is_pinned(services):
    tested = pins(ROOT / "constraints.txt")
    images = {name: service["image"] for name, service in services.items()}
    assert images["mlflow"] == f"stancelab-mlflow:{tested['mlflow']}"
    base = re.search("^FROM (.+)$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE)[1]
    for image in (*images.values(), base):
        assert re.search(r":(\d+\.\d+|RELEASE\.\d{4}-)", image), image


def test_no_secret_stands_in_a_file(services):
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if SECRETS.search(name) or "@" in value:
                assert re.search(r"\$\{\w+:[?-]", value), name
                assert re.sub(r"\$\{[^}]+\}", "", value).count("mlflow") in (0, 2), name
    example = (ROOT / "deploy/env.example").read_text(encoding="utf-8")
    assert re.search("^POSTGRES_PASSWORD=$", example, re.MULTILINE)
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_ports_are_open_on_this_machine_only(services):
    for service in services.values():
        for port in service.get("ports", []):
            assert port.startswith("${BIND:-127.0.0.1}:")
    assert "ports" not in services["database"]


def test_services_are_waited_for(services):
    for name in ("database", "mlflow", "objects"):
        assert services[name]["healthcheck"]["test"]
    waits = {name: service.get("depends_on", {}) for name, service in services.items()}
    assert waits["mlflow"] == {"database": {"condition": "service_healthy"}}
    assert waits["bucket"] == {"objects": {"condition": "service_healthy"}}
    assert {name for name in services if services[name].get("profiles")} == {"objects", "bucket"}


def test_compose_itself_takes_it(tmp_path):
    command = shutil.which("docker-compose")
    if command is None:
        pytest.skip("docker-compose is not installed")
    words = [command, "--file", ROOT / "compose.yaml", "--profile", "s3", "config"]
    given = {"POSTGRES_PASSWORD": "letters", "S3_ACCESS_KEY": "who", "S3_SECRET_KEY": "what"}
    done = subprocess.run(
        words, capture_output=True, text=True, env=os.environ | given, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    mlflow = yaml.safe_load(done.stdout)["services"]["mlflow"]
    assert json.dumps(mlflow["ports"]).count("127.0.0.1") == 1
    place = mlflow["environment"]["MLFLOW_BACKEND_STORE_URI"]
    assert place == "postgresql+psycopg2://mlflow:letters@database:5432/mlflow"
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode != 0, "set it in .env" in done.stderr) == (True, True)
