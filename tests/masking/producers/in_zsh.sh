section() { printf '\n== %s\n' "$1" }
exec 2>&1
section "zsh typeset -p"; typeset -p ${(k)parameters[(I)PLANTED_*]}
section "zsh export -p"; export -p
section "zsh set"; set
section "zsh set -x"; set -x; for name in ${=NAMES}; do : "${(P)name}"; done; set +x
for flag in q qq qqq qqqq q- q+ V; do
    section "zsh ($flag)"
    for name in ${=NAMES}; do value=${(P)name}; eval "print -r -- \"\${($flag)value}\""; done
done
section "zsh print -D"; for name in ${=NAMES}; do print -rD -- "${(P)name}"; done
section "zsh alias -L"; for name in ${=NAMES}; do alias planted="${(P)name}"; alias -L planted; done
