"""Real programs that write values in their own quoting: each of these spellings is masked.

Every producer writes every value, bare, in one process for many of them; what it wrote then goes through the masker.
Bare it must show the value, or it would prove nothing. Masked, no piece of four letters and digits of the value may be
left. What is known to get through is listed, as docs/masking.md says it, and must get through: that list stays true.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conftest import require_program

from pixie_secrets.known_values import KnownValues
from pixie_secrets.known_values.stream import BytesMasker

FOLDER = Path(__file__).parent / "producers"
VALUES = {
    "both quotes": "Qa7Xk2Lm'Zt9w\"Rn4v",
    "dollars": "Hb3Yc8Dp$Wq5e$(Jf6u)${Gs1k}",
    "backslashes": "Kd4Nz9Vt\\Mx7r\\\\Bw2q\\nTv5c",
    "backticks": "Pe5Rj8Yu`Ca3h`Ti6n",
    "of HTML and URLs": "Lf6Sk1Xo&Du9b=Ev2m+Wz4c<Nh8p>Ry3g;Xf7a",
    "beyond ASCII": "Mg7Tl2Zq-é-Fy5j-日本-Ox9d-😀-Ap4s",
    "a line end": "Nh8Um3Br\nGz6k Cq1w\nXe7t Yd2n",
    "control characters": "Oi9Vn4Cs\x1bHb7l\x01\x07Dr2y\tJt8f\x7fKu3z",
    "quotes first": "'Uj5Wo6Dt'\"Ic8m''Lo2k\"\"",
    "a URL": "https://hooks.example.com/w/Vk1Xp7Eu?a=1&sig=Jd9nS4bT2qLw%3D&v=Mp6x#Nc3z",
    "punctuation": "Wl2Yq8Fv Ke1o #Sx5h %Bn6r {Tm3a} ~Zc7i! *Qd8u, @Re4t|^[Vy9e]",
    "a key": "Rb5Qm-4xW9t_Bn2L.Kz7c-Vd3p",
    "short pieces": "Xz1'Yx2$Zw3\"Av4\\Bu5&Ct6é",
}  # fmt: skip
PIECE = re.compile(r"[A-Z][a-z0-9][a-zA-Z0-9]{1,}")


class Program(NamedTuple):
    """An interpreter and its script, which writes `== name` before what each producer writes."""

    name: str
    command: tuple[str, ...]
    script: str
    needs: tuple[str, ...] = ()


PROGRAMS = (
    Program("bash", ("bash",), "in_bash.sh", ("git", "sqlite3", "strace", "curl", "rg", "systemd-escape")),
    Program("dash", ("dash",), "in_dash.sh"),
    Program("mksh", ("mksh",), "in_mksh.sh"),
    Program("zsh", ("zsh", "-f"), "in_zsh.sh"),
    Program("python", (sys.executable,), "in_python.py"),
    Program("yaml", ("/usr/bin/python3",), "in_yaml.py", ("yq",)),  # whose package brings PyYAML
    Program("node", ("node",), "in_node.mjs"),
    Program("ruby", ("ruby",), "in_ruby.rb"),
    Program("php", ("php",), "in_php.php"),
    Program("perl", ("perl",), "in_perl.pl"),
    Program("tcl", ("tclsh",), "in_tcl.tcl"),
    Program("jq", ("bash",), "in_jq.sh", ("jq", "gojq")),
    Program("kubectl", ("bash",), "in_kubectl.sh", ("kubectl",)),
)


def produced(program: Program, folder: Path) -> dict[str, bytes]:
    """What each producer of `program` wrote."""
    planted = {f"PLANTED_{number:02}": value for number, value in enumerate(VALUES.values())}
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8",
        "NAMES": " ".join(planted), **planted,
    }  # fmt: skip
    done = subprocess.run(
        [*program.command, str(FOLDER / program.script)],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=120, check=False,
    )  # fmt: skip
    _, *sections = re.split(rb"(?m)^== (.*)\n", done.stdout)
    return {name.decode(): text for name, text in zip(sections[::2], sections[1::2], strict=True)}


def shows(value: str, output: bytes) -> bool:
    """Whether a piece of `value` can be read in `output`; of one that has but short pieces, most of them."""
    pieces = PIECE.findall(value)
    seen = sum(piece.encode() in output for piece in pieces)
    return seen > (len(pieces) // 2 if max(map(len, pieces)) < 4 else 0)


def masked(output: bytes) -> bytes:
    known = KnownValues()
    for value in VALUES.values():
        known.add(value, key="K", tool="t")
    masker = BytesMasker(known)
    return masker.feed(output) + masker.finish()


LISTED = {
    "sed l in lines of 70": set(VALUES) - {"a line end", "backslashes"},
    "hexdump -C": set(VALUES),
    "systemd-escape": {"a URL"},
    "sqlite3 box": {"control characters", "a URL"},
    "sqlite3 markdown": {"control characters", "a URL"},
    "node URL": {"control characters"},  # a URL drops tabs: what it shows is another value
}


@pytest.fixture(scope="module", params=PROGRAMS, ids=lambda program: program.name)
def outputs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    program: Program = request.param
    for needed in (program.command[0], *program.needs):
        require_program(needed)
    return produced(program, tmp_path_factory.mktemp(program.name))


def test_every_spelling_of_real_programs_is_masked(outputs: dict[str, bytes]) -> None:
    assert outputs
    for name, output in outputs.items():
        bare = {kind for kind, value in VALUES.items() if shows(value, output)}
        assert len(bare) >= len(VALUES) - 1, (name, set(VALUES) - bare)  # one kind is refused: a file name with a slash
        shown = masked(output)
        left = {kind for kind, value in VALUES.items() if shows(value, shown)}
        listed = LISTED.get(name, set())
        assert left <= listed, (name, left - listed, shown.decode(errors="replace"))
        assert bool(left) == bool(listed), name
