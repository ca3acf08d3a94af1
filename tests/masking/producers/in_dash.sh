section() { printf '\n== %s\n' "$1"; }
exec 2>&1
section "dash set"; set
section "dash export -p"; export -p
section "dash set -x"; set -x; for name in $NAMES; do eval ': "$'"$name"'"'; done; set +x
