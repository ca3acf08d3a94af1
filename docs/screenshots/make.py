"""Takes the README's screenshots of the page, light and dark, in a real Chromium.

Run it after a change to the page's looks, from anywhere: `python docs/screenshots/make.py`. No value in them is real.
"""

# ruff: noqa: INP001  a script, not a package

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))  # the scenes are the tests' own

from playwright.sync_api import sync_playwright  # noqa: E402  after the path is set
from tests.channels.pages import serving  # noqa: E402  as above
from tests.e2e.browsers import chromium_options  # noqa: E402  as above
from tests.e2e.scenes import SCENES, demo_project  # noqa: E402  as above

TAKEN = ("wizard", "single", "error", "half-saved", "saved", "index", "settings", "consent")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def make(browser: Browser, folder: Path, workplace: Path) -> list[Path]:
    """Take every picture into `folder`; projects are made in `workplace`, whose path is in the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    return [take(browser, scene, scheme, folder, workplace / "my-tools") for scheme in SCHEMES for scene in TAKEN]


def take(browser: Browser, scene: str, scheme: Literal["light", "dark"], folder: Path, root: Path) -> Path:
    """One picture of one scene in a fresh project at `root`."""
    path = folder / f"{scene}-{scheme}.png"
    size: ViewportSize = {"width": 760, "height": 480}
    with serving(demo_project(root)) as served:
        context = browser.new_context(color_scheme=scheme, viewport=size, device_scale_factor=1.5)
        page = context.new_page()
        SCENES[scene](page, served)
        page.screenshot(path=path, full_page=True, caret="hide", animations="disabled")
        context.close()
    shutil.rmtree(root)
    return path


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**chromium_options())
        for path in make(chromium, HERE, Path("/tmp/home/ana")):  # noqa: S108  a made-up person's, removed again
            print(path)  # noqa: T201  what the command did
        chromium.close()
