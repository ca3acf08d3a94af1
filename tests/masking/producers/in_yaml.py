"""How PyYAML writes a value, in each of its styles; with the Python that has it."""

import os

import yaml

VALUES = [value for name, value in sorted(os.environ.items()) if name.startswith("PLANTED_")]
STYLES = {
    "yaml": {},
    "yaml, unicode": {"allow_unicode": True},
    "yaml in '": {"default_style": "'"},
    'yaml in "': {"default_style": '"'},
    "yaml |": {"default_style": "|"},
    "yaml >": {"default_style": ">"},
    "yaml, narrow": {"width": 20},
    'yaml in ", narrow': {"default_style": '"', "width": 20, "allow_unicode": True},
}

for name, style in STYLES.items():
    print(f"\n== {name}")
    for value in VALUES:
        print(yaml.safe_dump({"deep": [{"token": value}]}, **style))
