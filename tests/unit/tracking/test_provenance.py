"""Where a run comes from: commit, changes, and what they are."""

from __future__ import annotations

import subprocess

import pytest

from stancelab.tracking.provenance import git, git_diff


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository of one commit, as the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text("C = 1\n", encoding="utf-8")
    who = ["-c", "user.name=A", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "One"]):
        subprocess.run(["git", *words], check=True)
    return tmp_path


def test_a_clean_folder_has_a_commit_and_no_changes(repository):
    found = git()
    assert len(found["mlflow.source.git.commit"]) == 40
    assert found["git.dirty"] == "false"
    assert git_diff() == ""


def test_changes_are_told_and_kept(repository):
    (repository / "model.py").write_text("C = 2\n", encoding="utf-8")
    assert git()["git.dirty"] == "true"
    assert "-C = 1\n+C = 2" in git_diff()


def test_outside_a_repository_nothing_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert (git(), git_diff()) == ({}, "")
