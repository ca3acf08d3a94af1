"""The layout of any repository or folder: an app is a folder with a `.env`, or a template of one.

Its id is its path from the project's folder; the app in that folder itself is called like it. An app is also found by
the last part of its path, where only one has it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pixie_secrets.errors import PixieError
from pixie_secrets.filenames import SEALED_NAME
from pixie_secrets.layouts.env_folders import env_folders
from pixie_secrets.layouts.env_names import is_template_file, is_value_file
from pixie_secrets.layouts.frameworks import Framework, framework_of
from pixie_secrets.layouts.templates import TemplateKey, first_of_each, keys_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from pixie_secrets.manifest.essentials import DeclaredSecret

TOP = "."


class App:
    """A folder with values, or a template of them. path: from the project's folder. names: of those files.

    file: a value file that somebody named, in place of those that the app reads.
    """

    is_closed = False

    def __init__(self, root: Path, path: str, names: tuple[str, ...], app_id: str = "", file: str = "") -> None:
        self.root = root
        self.path = path
        self.folder = root if path == TOP else root / path
        self.id = app_id or path
        self.names = names
        self.file = file

    def __repr__(self) -> str:
        return f"App({self.id!r})"

    @property
    def name(self) -> str:
        """What it is called: the last part of its path, or of the project's."""
        return self.folder.name if self.folder.name.isprintable() else self.id

    @cached_property
    def framework(self) -> Framework:
        """What it is made with, as far as its values are concerned."""
        return framework_of(self.folder)

    @cached_property
    def template_keys(self) -> tuple[TemplateKey, ...]:
        """The keys that its templates list, the schema's first."""
        templates = sorted(filter(is_template_file, self.names), key=lambda name: ("schema" not in name, name))
        return first_of_each(key for name in templates for key in keys_of(self.folder / name))

    @property
    def secrets(self) -> tuple[DeclaredSecret, ...]:
        """What its templates declare, without plain settings."""
        return tuple(key.secret for key in self.template_keys if not key.is_setting)

    @property
    def env_path(self) -> Path:
        """Where a new value goes."""
        return self.folder / (self.file or self.framework.new_values)

    @property
    def env_paths(self) -> tuple[Path, ...]:
        names = (self.file,) if self.file else self.framework.files()
        return tuple(self.folder / name for name in names)

    @property
    def sealed_path(self) -> Path | None:
        return None if self.file else self.folder / SEALED_NAME

    @property
    def value_files(self) -> tuple[Path, ...]:
        """Every file of values that is there, those that the framework reads first."""
        there = [self.folder / name for name in self.names if is_value_file(name)]
        return tuple(dict.fromkeys([*(path for path in self.env_paths if path in there), *there]))

    def with_file(self, name: str) -> App:
        """The same app where only its file `name` counts.

        Raises:
            PixieError: that is no name of a file of values in the app's folder.
        """
        if "/" in name or "\\" in name or not is_value_file(name):
            raise PixieError(
                "that is no file that an app reads its values from",
                "name one of the app's own, such as .env.production",
            )
        return App(self.root, self.path, self.names, self.id, name)


class Apps:
    """See `Layout`. root: the project's folder. taken: ids that other layouts have."""

    def __init__(self, root: Path, taken: Collection[str] = ()) -> None:
        self._root = root
        self._taken = taken

    @cached_property
    def owners(self) -> tuple[App, ...]:
        """The apps, by path, the project's own folder first."""
        found = env_folders(str(self._root))
        return tuple(self.at(path, names) for path, names in found.items())

    def at(self, path: str, names: tuple[str, ...]) -> App:
        """The app in the folder `path` from the project's, which has these value files and templates."""
        return App(self._root, path, names, self._id(path))

    def top(self) -> App:
        """The app that the project's own folder is, or would be with a first value."""
        there = next((app for app in self.owners if app.path == TOP), None)
        return there or self.at(TOP, ())

    def find(self, asked: str) -> App | None:
        """The app of that id or path, or the only one whose path ends so.

        Raises:
            PixieError: several end so.
        """
        wanted = asked.removeprefix("./").rstrip("/") or TOP
        for app in self.owners:
            if wanted in {app.id, app.path}:
                return app
        if wanted in {TOP, self._id(TOP)}:
            return self.top()
        ending = [app for app in self.owners if f"/{app.path}".endswith(f"/{wanted}")]
        if len(ending) > 1:
            raise PixieError("several apps end so", f"name one whole: {', '.join(app.id for app in ending[:10])}")
        return ending[0] if ending else None

    def _id(self, path: str) -> str:
        if path != TOP:
            return path
        name = self._root.name
        return name if name and name.isprintable() and name not in self._taken else "the-repository"
