"""Models under a name in MLflow: the best of an experiment, its champion, and exports."""

from __future__ import annotations

import shutil
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from stancelab.errors import StoreError
from stancelab.export.digests import write_sums
from stancelab.tracking.reading import Tracked, find_experiment, model_of
from stancelab.tracking.store import reporting

if TYPE_CHECKING:
    from mlflow.entities import Run

    from stancelab.export.mlflow_folder import Extend

CHAMPION = "champion"
_MADE_OF_IT = 1
"""Step of a model that was made of what its run trained."""


class Registered(NamedTuple):
    """A model as MLflow knows it: its name, its version, and the alias that it got."""

    name: str
    version: str
    alias: str | None = None

    @property
    def uri(self) -> str:
        """Give the address by which MLflow loads it.

        Examples
        --------
        >>> Registered("stance", "2", "champion").uri
        'models:/stance@champion'
        """
        return f"models:/{self.name}@{self.alias}" if self.alias else self._numbered

    @property
    def _numbered(self) -> str:
        return f"models:/{self.name}/{self.version}"


def register_best(experiment: str, name: str) -> str:
    """Register the best model of an experiment, or of a parent run, and give the version."""
    import mlflow

    tracked = find_experiment(experiment)
    run_found = tracked.best_run()
    with reporting(tracked.client.tracking_uri):
        for version in _versions(tracked, run_found):
            if version.name == name:
                return str(version.version)
        version = mlflow.register_model(f"models:/{model_of(run_found)}", name)
        tracked.client.set_tag(tracked.parent.info.run_id, "stancelab.registered", name)
        return str(version.version)


def name_champion(experiment: str) -> tuple[str, str]:
    """Give the alias ``champion`` to the best model of an experiment.

    Returns
    -------
    tuple of str
        The registered name and the version.

    Raises
    ------
    StoreError
        No model of the experiment was registered.
    """
    tracked = find_experiment(experiment)
    versions = _versions(tracked, tracked.best_run())
    name = tracked.parent.data.tags.get("stancelab.registered")
    if not versions and name is None:
        raise StoreError(
            f"no model of {experiment!r} is registered; register its best with: "
            f"stancelab run {experiment}.toml --register NAME"
        )
    if versions:
        name, number = str(versions[0].name), str(versions[0].version)
    else:
        number = register_best(experiment, str(name))
    with reporting(tracked.client.tracking_uri):
        tracked.client.set_registered_model_alias(str(name), CHAMPION, number)
    return str(name), number


def register_export(
    tracked: Tracked, run: Run, folder: Path, title: str, name: str, alias: str | None
) -> Registered:
    """Log an exported folder as a model of its run, and register it as a new version of a name.

    Parameters
    ----------
    tracked : Tracked
        The experiment of the run.
    run : mlflow.entities.Run
        What the folder was exported from.
    folder : Path
        An MLflow model that carries its own code.
    title : str
        Under which it is shown with its run.
    name : str
        Under which it is registered.
    alias : str, optional
        Given to the new version, and taken from another that has it.
    """
    import mlflow

    from stancelab.export.mlflow_folder import log_bundle

    def write(copy: Path, extend: Extend) -> None:
        shutil.copytree(folder, copy)
        extend(copy)  # which say of which run and model it is
        write_sums(copy)

    client = tracked.client
    with reporting(client.tracking_uri):
        model_id = log_bundle(client, run, title, write, step=_MADE_OF_IT, carried=True)
        with redirect_stderr(StringIO()):  # where MLflow says what is said in one line later
            version = str(mlflow.register_model(f"models:/{model_id}", name).version)
        if alias:
            client.set_registered_model_alias(name, alias, version)
    return Registered(name, version, alias)


def _versions(tracked: Tracked, run: Run) -> list[Any]:
    """List the registered versions of what a run trained; not those of what was exported."""
    found = tracked.client.search_model_versions(f"run_id = '{run.info.run_id}'")
    source = f"models:/{model_of(run)}"
    return [version for version in found if version.source == source]
