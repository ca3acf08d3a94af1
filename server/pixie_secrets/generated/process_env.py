"""`process-env.d.ts`: what an app in JavaScript or TypeScript finds in `process.env`, as a declaration for its checker.

Names, descriptions and whether each is required; nothing of a value. The same templates always give the same text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixie_secrets.manifest.essentials import DeclaredSecret

NAME = "process-env.d.ts"
_FIRST_LINE = "// Made of this app's templates by `pixie-secrets codegen`; do not edit."
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def is_generated(text: str) -> bool:
    """Whether a file of that name is ours to write again."""
    return text.startswith(_FIRST_LINE)


def source(declared: Iterable[DeclaredSecret]) -> str:
    """The whole file."""
    lines = [_FIRST_LINE, "declare namespace NodeJS {", "  interface ProcessEnv {"]
    for secret in declared:
        if not _NAME.fullmatch(secret.key):
            continue
        if secret.description:
            lines.append(f"    /** {shown(' '.join(secret.description.split())).replace('*/', '* /')} */")
        lines.append(f"    readonly {secret.key}{'' if secret.required else '?'}: string;")
    return "\n".join([*lines, "  }", "}"]) + "\n"
