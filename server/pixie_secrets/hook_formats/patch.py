"""The patch of `apply_patch`, the tool with which Codex, and opencode with some models, change files.

*** Begin Patch
*** Update File: PATH        or Add File, Delete File; then perhaps *** Move to: PATH
@@ where
-old line
+new line
*** End Patch
"""

from __future__ import annotations

BEGIN = "*** Begin Patch"
FILES = ("*** Update File: ", "*** Add File: ", "*** Delete File: ", "*** Move to: ")


def edits(patch: str) -> list[dict[str, str]]:
    """Each place of a file that the patch changes: path, old_string, new_string; one at least for each path."""
    found: list[dict[str, str]] = []
    path = ""
    for line in patch.splitlines():
        for mark in FILES:
            if line.lstrip().startswith(mark):  # their reader passes over spaces in front
                path = line.lstrip()[len(mark) :].strip()
                found.append({"path": path, "old_string": "", "new_string": ""})
        if line.startswith("@@") and path:
            found.append({"path": path, "old_string": "", "new_string": ""})
        if found and line[:1] in {"-", " "}:
            found[-1]["old_string"] += line[1:] + "\n"
        if found and line[:1] in {"+", " "}:
            found[-1]["new_string"] += line[1:] + "\n"
    return found
