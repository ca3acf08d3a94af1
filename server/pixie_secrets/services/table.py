"""Reads `services.toml`, once somebody asks about a service."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pixie_secrets.services.service import Reading, Service, Verdict

TABLE = Path(__file__).with_name("services.toml")


@cache
def services() -> dict[str, Service]:
    """By name, in the table's order."""
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))["service"]
    return {table["name"]: _service(table) for table in tables}


def by_key(key: str) -> Service | None:
    """The service whose key is usually called so."""
    return next((service for service in services().values() if key in service.keys), None)


def _service(table: dict[str, Any]) -> Service:
    readings = tuple(
        Reading(Verdict(each["verdict"]), tuple(each["status"]), each.get("text", "").lower())
        for each in table.get("readings", ())
    )
    made = {
        **table,
        "keys": tuple(table.get("keys", ())),
        "headers": tuple(table.get("headers", {}).items()),
        "show": tuple(table.get("show", ())),
        "readings": readings,
        "shapes": tuple(table.get("shapes", {}).items()),
    }
    return Service(**made)
