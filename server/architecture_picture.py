"""The picture of docs/architecture.md: the rooms of the package in their layers, drawn from the code's own imports.

Layers are those that `lint-imports` holds (pyproject.toml), top to bottom. A line is an import that no longer way
explains: where a room imports another one through a third, only the way through the third is drawn.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import grimp

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "pixie_secrets"
WIDTH, ROW, HEIGHT, GAP = 1120, 74, 30, 14  # pixels
ASIDE = 240
LETTER = 7.4  # of the font of names


class Box(NamedTuple):
    """A room. x, y: its top left corner."""

    name: str
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def layers() -> list[list[str]]:
    """The rooms by layer, as the contract about arrows has them; whatever it lists and the package has."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [arrows] = [contract for contract in contracts if contract["type"] == "layers"]
    rows = [[name.strip() for name in layer.split("|")] for layer in arrows["layers"]]
    ours = [[name.removeprefix(f"{PACKAGE}.") for name in row if name.startswith(PACKAGE)] for row in rows]
    return [row for row in ours if row and row != ["__main__"]]


def imports() -> dict[str, set[str]]:
    """By room: the rooms that a module of it imports."""
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    rooms = {room for row in layers() for room in row}
    found: dict[str, set[str]] = {room: set() for room in rooms}
    for module in graph.modules:
        importer = _room(module)
        if importer in rooms:
            found[importer] |= {_room(target) for target in graph.find_modules_directly_imported_by(module)} & rooms
            found[importer].discard(importer)
    return found


def _room(module: str) -> str:
    return module.removeprefix(f"{PACKAGE}.").partition(".")[0]


def needed(edges: dict[str, set[str]]) -> list[tuple[str, str]]:
    """The imports that no way through another room explains."""
    reach: dict[str, set[str]] = {}

    def reached(room: str) -> set[str]:
        if room not in reach:
            reach[room] = set()  # arrows point down, so nothing comes back here
            reach[room] = edges[room] | {far for near in edges[room] for far in reached(near)}
        return reach[room]

    return sorted(
        (room, target)
        for room, targets in edges.items()
        for target in targets
        if not any(target in reached(other) for other in targets - {target})
    )


def svg() -> str:
    """The picture, light or dark as the reader's page is."""
    boxes = {box.name: box for row, names in enumerate(_broken(layers())) for box in _row(names, row)}
    lines = []
    for room, target in needed(imports()):
        if room in boxes and target in boxes:
            top, low = boxes[room], boxes[target]
            begin, end = top.y + HEIGHT, low.y
            bend = max(24.0, (end - begin) / 2)
            lines.append(
                f'<path d="M{top.middle:.0f} {begin:.0f} C{top.middle:.0f} {begin + bend:.0f} '
                f'{low.middle:.0f} {end - bend:.0f} {low.middle:.0f} {end:.0f}"/>'
            )
    rects = [
        f'<g><rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{HEIGHT}" rx="6"/>'
        f'<text x="{box.middle:.0f}" y="{box.y + 20:.0f}">{box.name}</text></g>'
        for box in boxes.values()
    ]
    height = max(box.y for box in boxes.values()) + HEIGHT + GAP
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img">',
        "<title>The rooms of pixie_secrets, in layers; a line leads from a room to one that it imports.</title>",
        "<style>",
        "path { fill: none; stroke: #8a8f9a; stroke-width: 1; opacity: .55; }",
        "rect { fill: #eef2fb; stroke: #2458b3; }",
        "text { font: 12px ui-monospace, monospace; text-anchor: middle; fill: #1d1f23; }",
        "@media (prefers-color-scheme: dark) { rect { fill: #1f2a40; stroke: #8db4ff; } text { fill: #e9eaed; } }",
        "</style>",
        *lines,
        *rects,
        "</svg>",
        "",
    ])  # fmt: skip


def _broken(rows: list[list[str]]) -> list[list[str]]:
    """Rows that are too wide, in two."""
    found: list[list[str]] = []
    for names in rows:
        width = sum(len(name) * LETTER + 24 + GAP for name in names)
        half = (len(names) + 1) // 2
        found += [names] if width < WIDTH else [names[:half], names[half:]]
    return found


def _row(names: list[str], row: int) -> list[Box]:
    widths = [len(name) * LETTER + 24 for name in names]
    x = (WIDTH - sum(widths) - GAP * (len(names) - 1)) / 2
    if len(names) == 1:
        x += ASIDE * (row % 3 - 1)  # not all under each other, or lines would run through boxes
    boxes = []
    for name, width in zip(names, widths, strict=True):
        boxes.append(Box(name, x, GAP + row * ROW, width))
        x += width + GAP
    return boxes
