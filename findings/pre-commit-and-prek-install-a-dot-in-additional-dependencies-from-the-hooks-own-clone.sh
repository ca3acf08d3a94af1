#!/usr/bin/env bash
# pre-commit 4.7.0 and prek 0.5.11: a hook of `language: python` is installed without the extras of its package. An
# entry ".[extra]" in its additional_dependencies means the clone of the hook's own repository and not the project that
# uses it, in both: so a hook can name an extra of itself.
# Seen: without the entry the hook's program misses `six`; with it, it runs.
# Needs: python3 (3.10 or later) with venv, git. Reaches the package index.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pre-commit==4.7.0 prek==0.5.11
export PATH=$work/env/bin:$PATH HOME=$work GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b.c GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b.c

mkdir hook project
cat > hook/pyproject.toml <<'TOML'
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "a-hook"
version = "1"
[project.optional-dependencies]
extra = ["six==1.17.0"]
[project.scripts]
a-hook = "a_hook:main"
TOML
printf 'def main():\n    import six\n    print("six", six.__version__)\n' > hook/a_hook.py
git -C hook init -q
git -C project init -q
echo text > project/file.txt

result() { # of one manager, with these lines in the hook: "runs" or "misses six"
    printf -- '- id: a-hook\n  name: a hook\n  language: python\n  entry: a-hook\n  verbose: true\n%b' "$2" > hook/.pre-commit-hooks.yaml
    git -C hook add --all
    git -C hook commit -qm x --allow-empty
    printf 'repos:\n  - repo: %s\n    rev: %s\n    hooks:\n      - id: a-hook\n' "$work/hook" "$(git -C hook rev-parse HEAD)" \
        > project/.pre-commit-config.yaml
    git -C project add --all
    (cd project && "$1" run --all-files > "$work/said" 2>&1) || true
    if grep -q "six 1.17.0" said; then echo runs; elif grep -q "No module named 'six'" said; then echo misses six; else cat said; fi
}
for manager in pre-commit prek; do
    bare=$(result "$manager" "")
    with=$(result "$manager" '  additional_dependencies: [".[extra]"]\n')
    echo "$manager: bare: $bare; with .[extra]: $with"
    [ "$bare" = "misses six" ] && [ "$with" = runs ] || { echo "$manager changed"; exit 1; }
done
echo "as described"
