#!/usr/bin/env bash
# mypy 2.4.1 and pyright 1.1.414: a stub for one module of an installed package, typings/attr/setters.pyi, is taken by
# pyright as it lies there. mypy, with MYPYPATH=typings, passes over it without a word and takes the installed module,
# until an empty typings/attr/__init__.pyi lies above it. That one then hides the package's own __init__ for mypy, whose
# other modules are found where they are installed all the same.
# Seen: mypy "def (instance: ...", with __init__.pyi "int"; pyright "int"; another module of attr is found.
# Needs: python3 (3.10 or later) with venv, node. Talks to nothing once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check mypy==2.4.1 pyright==1.1.414 attrs==25.4.0
mkdir -p typings/attr
echo 'frozen: int' > typings/attr/setters.pyi
printf 'from attr.setters import frozen\nfrom attr.filters import include\n\nreveal_type(frozen)\nreveal_type(include)\n' > main.py

with_mypy() { # the types of the two names, in order
    MYPYPATH=typings env/bin/mypy --strict --cache-dir /dev/null main.py > said
    sed -n 's/.*Revealed type is //p' said
}
alone=$(with_mypy | sed -n 1p)
env/bin/pyright --pythonpath env/bin/python main.py > said
pyright=$(sed -n 's/.*Type of "frozen" is //p' said)
touch typings/attr/__init__.pyi
beside=$(with_mypy)
other=$(sed -n 2p <<< "$beside")
beside=$(sed -n 1p <<< "$beside")
echo "mypy: $alone; with __init__.pyi: $beside; pyright: $pyright; another module: $other"
[[ $alone == *"def (instance"* ]] || { echo "mypy no longer passes over it"; exit 1; }
[ "$beside" = '"int"' ] && [ "$pyright" = '"int"' ] || { echo "they no longer take the stub"; exit 1; }
[[ $other == *"def ("* ]] || { echo "mypy no longer finds the package's other modules"; exit 1; }
echo "as described"
