"""Labeled files, and how a corpus of them is scored.

Each `LabeledFile` is one whole file as it would lie in a tool's folder:

- `path`: relative, with `/`, unique in the corpus; its name and suffix say what kind of file it is (`main.py`,
  `config/settings.yaml`, `.env.example`, `notebooks/try.ipynb`, `deploy.sh`, …). Not `.env` itself: values belong
  there.
- `data`: its bytes, in any encoding.
- `secret_lines`: the lines, from 1, on which a secret **begins** (a value that is wrapped over lines or concatenated:
  the line of its first character; a private key: its BEGIN line). Empty: the file is a trap that must stay unflagged.
- `kind`: what it is a case of, in a word or two, such as `github-token` or `css`; used only to say what was missed.

Rules for whoever writes one:

- Nothing that looks like a credential may stand in the source: build every value from parts with `Maker`, so that no
  scanner trips over the repository, ours included. Nothing real, ever.
- The same files every time: `Maker` is seeded with the kind.
- A secret file should look like what people commit, with ordinary lines around it. A trap should look like what
  scanners are known to flag by mistake.
- A corpus that is meant to judge the rules is written without having read them.
"""

from __future__ import annotations

from typing import NamedTuple


class LabeledFile(NamedTuple):
    path: str
    data: bytes
    secret_lines: frozenset[int]
    kind: str

    def moved(self, folder: str) -> LabeledFile:
        """The same file, one folder deeper."""
        return self._replace(path=f"{folder}/{self.path}")


def labeled(path: str, text: str, kind: str, *, mark: str = "", encoding: str = "utf-8") -> LabeledFile:
    """A file from its text; every line that holds `mark` (the value, or its beginning) is a secret line."""
    lines = frozenset(number for number, line in enumerate(text.split("\n"), 1) if mark and mark in line)
    return LabeledFile(path, text.encode(encoding), lines, kind)
