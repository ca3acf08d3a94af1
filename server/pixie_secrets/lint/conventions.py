"""What a tool of this format looks like: advice, all of which can be turned off."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.generated import env_example, metadata, stub, typed_access
from pixie_secrets.lint.hits import Hit
from pixie_secrets.manifest.essentials import LIMITS
from pixie_secrets.patterns import pattern
from pixie_secrets.secret.names import words_of
from pixie_secrets.toml_text import parsed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pixie_secrets.generated.drift import Described
    from pixie_secrets.lint.hits import SourceFile
    from pixie_secrets.manifest.essentials import Essentials

_HEAVY_TEXT = """
torch tensorflow transformers jax keras sklearn scipy diffusers sentence_transformers spacy cv2 bertopic demucs
faster_whisper whisper pymc qiskit ultralytics matplotlib gensim nltk statsmodels xgboost lightgbm catboost
pytorch_lightning librosa TTS dowhy langchain llama_index detectron2 onnxruntime
"""
_HEAVY = frozenset(_HEAVY_TEXT.split())
# What a package is called where it is not called as it is imported.
_DISTRIBUTIONS = {
    "cv2": "opencv", "sklearn": "scikit-learn", "PIL": "pillow", "yaml": "pyyaml", "dotenv": "python-dotenv", "bs4":
    "beautifulsoup4", "faster_whisper": "faster-whisper", "fitz": "pymupdf", "docx": "python-docx", "pptx":
    "python-pptx", "jwt": "pyjwt", "dateutil": "python-dateutil", "magic": "python-magic", "multipart":
    "python-multipart", "google": "google", "Crypto": "pycrypto", "serial": "pyserial", "github": "pygithub",
    "telegram": "python-telegram-bot", "slack_sdk": "slack-sdk", "psycopg2": "psycopg2", "openai": "openai",
    "whisper": "openai-whisper", "TTS": "tts", "attr": "attrs", "pkg_resources": "setuptools", "skimage":
    "scikit-image", "usb": "pyusb", "OpenSSL": "pyopenssl", "zmq": "pyzmq", "websocket": "websocket-client",
    "mpl_toolkits": "matplotlib", "umap": "umap-learn",
}  # fmt: skip
_TOP_IMPORT = pattern(rb"^(?:import|from)[ \t]+(\w+)", re.MULTILINE)
_ANY_IMPORT = pattern(rb"^[ \t]*(?:import[ \t]+(\w+)|from[ \t]+(\w+)[\w.]*[ \t]+import)", re.MULTILINE)
_PRINT = pattern(rb"^[ \t]*print\(", re.MULTILINE)
_SMALL = frozenset("a an the of in on at to for and or by per with from as is vs".split())
_PYPROJECT_MAX = 1 << 20


class Violation(NamedTuple):
    """key: a word of tool.json to point at; empty for the file as a whole."""

    code: str
    file: str
    detail: str
    key: str = ""


def of_manifest(manifest: Essentials) -> Iterator[Violation]:
    """What tool.json leaves out or words badly."""
    for code, field in (("CV002", "description"), ("CV003", "version"), ("CV004", "category"), ("CV005", "icon")):
        if not getattr(manifest, field):
            yield Violation(code, "tool.json", "")
    missing = [limit for limit in LIMITS if limit not in manifest.limits]
    if missing:
        yield Violation("CV006", "tool.json", " and ".join(missing))
    for part in manifest.labels:
        wrong = _label(part.label)
        if wrong:
            yield Violation("CV007", "tool.json", f"{part.key}\0{wrong}", part.key)
    for secret in manifest.secrets:
        if not secret.description:
            yield Violation("CV014", "tool.json", secret.key, secret.key)


def of_generated(tool: Described) -> Iterator[Violation]:
    """What is there of the files generated from tool.json and no longer says the same."""
    for each in (typed_access, env_example, stub, metadata):
        drift = each.drift(tool)
        if drift:
            yield Violation("CV015", drift.path, drift.message)


def of_python(source: SourceFile, *, is_main: bool) -> Iterator[Hit]:
    """What main.py imports at its top, and what any file prints."""
    data = source.data
    if is_main:
        for match in _TOP_IMPORT.finditer(data):
            if match.group(1).decode() in _HEAVY:
                yield Hit(match.start(), "CV008", match.group(1).decode())
    for match in _ANY_IMPORT.finditer(data):
        if (match.group(1) or match.group(2)) == b"requests":
            yield Hit(match.start() + len(match.group()) - len(match.group().lstrip()), "CV010", "")
            break
    if first := _PRINT.search(data):
        yield Hit(first.end() - len("print("), "CV009", "")


def imports(source: SourceFile) -> set[str]:
    """The top-level modules a file imports anywhere."""
    return {(match.group(1) or match.group(2)).decode() for match in _ANY_IMPORT.finditer(source.data)}


def of_folder(folder: Path, imported: Collection[str], local: Collection[str]) -> Iterator[Violation]:
    """pyproject.toml and README. local: names of the tool's own modules."""
    readme = folder / "README.md"
    try:
        if readme.is_symlink() or not readme.is_file() or not readme.stat().st_size:
            yield Violation("CV013", "README.md", "")
    except OSError:
        yield Violation("CV013", "README.md", "")
    project = _project_table(folder / "pyproject.toml")
    if isinstance(project, str):
        yield Violation("CV011", "pyproject.toml", project)
        return
    missing = [field for field in ("name", "version", "requires-python") if not project.get(field)]
    if missing:
        yield Violation("CV011", "pyproject.toml", f"[project] has no {' and no '.join(missing)}")
    dependencies = [
        _normal(re.split(r"[\s\[<>=!~;@]", str(one), maxsplit=1)[0]) for one in _list(project.get("dependencies"))
    ]
    for module in sorted(imported):
        if not _is_provided(module, dependencies, local):
            yield Violation("CV012", "pyproject.toml", module)


def _label(label: str) -> str:
    """What is wrong with a label; empty when nothing is."""
    text = label.strip()
    if not text:
        return "empty"
    words = text.split()
    if text[0].isalpha() and text[0].islower() and len(words[0]) > 1 and not any(char.isupper() for char in words[0]):
        return "without a capital first letter"
    capital = [word for word in words[1:] if word[0].isupper() and word[1:].islower() and len(word) > 3]  # not SQL, PDF
    plain = [word for word in words[1:] if word.lower() not in _SMALL and word[0].isalpha()]
    return "in title case" if len(capital) > 1 and len(capital) == len(plain) else ""


def _project_table(path: Path) -> dict[str, Any] | str:
    """`[project]`, or why there is none."""
    try:
        if path.is_symlink() or not path.is_file():
            return "there is no pyproject.toml"
        if path.stat().st_size > _PYPROJECT_MAX:
            return "pyproject.toml is too large"
        table = parsed(path.read_bytes()).get("project")
    except OSError:
        return "pyproject.toml cannot be read"
    except ValueError:
        return "pyproject.toml is not valid TOML"
    return table if isinstance(table, dict) else "pyproject.toml has no [project]"


def _is_provided(module: str, dependencies: Collection[str], local: Collection[str]) -> bool:
    if module in sys.stdlib_module_names or module in local or module == "__future__":
        return True
    wanted = _normal(_DISTRIBUTIONS.get(module, module))
    return any(one == wanted or wanted in one or set(words_of(wanted)) & set(words_of(one)) for one in dependencies)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
