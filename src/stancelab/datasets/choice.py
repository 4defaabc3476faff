"""``[data]`` of an experiment file: which corpora, file or hub data set, and loading them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stancelab.datasets.base import Loaded, together
from stancelab.datasets.own.columns import Columns, OnError
from stancelab.datasets.own.files import load_file
from stancelab.datasets.own.hub import HubOptions, is_hub, load_hub
from stancelab.datasets.registry import check_options, find_spec, load
from stancelab.errors import UnknownNameError

Names = Annotated[tuple[str, ...], Field(min_length=1)]


class DataConfig(BaseModel):
    """``[data]``: corpora by name, a data set of the hub, or the user's own file.

    ``columns``, ``labels`` and ``on_error`` say how a file or a hub data set is read, ``hub``
    which part of it; ``options`` switches on options of corpora, by corpus; ``unverified`` goes
    on although a corpus' file is not the one whose SHA-256 is known. ``unlabelled`` lists texts
    that models may learn from besides: collections by name, or files and folders of articles.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str | None = None
    names: Names | None = None
    path: Path | None = None
    columns: Columns = Columns()
    labels: dict[str, str] | None = None
    on_error: OnError = "fail"
    hub: HubOptions = HubOptions()
    options: dict[str, dict[str, bool]] = {}
    unlabelled: tuple[str, ...] = ()
    unverified: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> DataConfig:
        if sum(given is not None for given in (self.name, self.names, self.path)) != 1:
            raise ValueError(
                'give one of name = "…" (a corpus, or hub:owner/name), names = […] (several '
                'corpora) or path = "…" (your own file)'
            )
        if self.names and len(set(self.names)) < len(self.names):
            raise ValueError("names holds a corpus twice")
        return self

    @property
    def corpora(self) -> tuple[str, ...]:
        """Name the corpora of the registry that are asked for."""
        if self.names is not None:
            return self.names
        return () if self.name is None or is_hub(self.name) else (self.name,)

    @property
    def title(self) -> str:
        """Name the data set for tables and tags."""
        return ", ".join(self.names) if self.names else self.name or str(self.path)

    def check_names(self, where: str) -> None:
        """Refuse a corpus or an option that does not exist, before any work.

        Raises
        ------
        UnknownNameError
            Names the closest.
        """
        for name in self.corpora:
            place = f"{where}: data.{'names' if self.names else 'name'}"
            check_options(find_spec(name, place), self.options.get(name, {}), f"{where}: data")
        for name in self.options:
            if name not in self.corpora:
                raise UnknownNameError("data set", name, self.corpora, f"{where}: data.options")


def load_data(config: DataConfig) -> Loaded:
    """Load what ``[data]`` asks for, several corpora as one table.

    Raises
    ------
    StancelabError
        It does not exist, or rows of it cannot be used.
    """
    if config.path is not None:
        return load_file(config.path, config.columns, config.labels, config.on_error)
    if config.name is not None and is_hub(config.name):
        hub = config.hub
        return load_hub(config.name, config.columns, config.labels, config.on_error, hub)
    loaded = {
        name: load(name, config.options.get(name), unverified=config.unverified)
        for name in config.corpora
    }
    return together(loaded)
