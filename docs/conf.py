"""The site of the documents: `sphinx-build -W -b html docs OUTPUT`, offline, from the pages as they are."""

# ruff: noqa: INP001  read by sphinx, no package

project = "pixie-secrets"
extensions = ["myst_parser"]
myst_heading_anchors = 3
exclude_patterns = ["screenshots/*.py"]
html_theme = "furo"
html_title = "pixie-secrets"
html_copy_source = False
html_show_sphinx = False
