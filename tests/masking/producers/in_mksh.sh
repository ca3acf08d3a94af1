section() { printf '\n== %s\n' "$1"; }
exec 2>&1
section "mksh typeset -p"; typeset -p
section "mksh set"; set
section "mksh @Q"; for name in $NAMES; do eval 'print -r -- "${'"$name"'@Q}"'; done
section "mksh set -x"; set -x; for name in $NAMES; do eval ': "$'"$name"'"'; done; set +x
