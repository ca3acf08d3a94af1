section() { printf '\n== %s\n' "$1"; }
names=(${!PLANTED_*})
section "bash set -x"; exec 2>&1; set -x; for name in "${names[@]}"; do : "${!name}" > /dev/null; done; { set +x; } 2>/dev/null
section "bash declare -p"; declare -p "${names[@]}"
section "bash export -p"; export -p
section "bash set"; set
section "bash printf %q"; for name in "${names[@]}"; do printf '%q\n' "${!name}"; done
section "bash @Q"; for name in "${names[@]}"; do value=${!name}; printf '%s\n' "${value@Q}"; done
section "bash @A"; for name in "${names[@]}"; do value=${!name}; printf '%s\n' "${value@A}"; done
section "bash array"; values=(); for name in "${names[@]}"; do values+=("${!name}"); done; declare -p values
section "bash trap -p"; for name in "${names[@]}"; do trap "${!name}" USR1; trap -p USR1; done
section "bash alias"; for name in "${names[@]}"; do alias planted="${!name}"; alias -p; done
section "bash declare -f"; for name in "${names[@]}"; do eval "planted() { echo ${!name@Q}; }"; declare -f planted; done
section "printf %q of coreutils"; for name in "${names[@]}"; do env printf '%q\n' "${!name}"; done
section "env"; env
section "xargs -t"; for name in "${names[@]}"; do printf '%s\0' "${!name}"; done | xargs -0 -t true
section "cat -A"; for name in "${names[@]}"; do printf '%s\n' "${!name}" | cat -A; done
section "cat -v"; for name in "${names[@]}"; do printf '%s\n' "${!name}" | cat -v; done
section "expand"; for name in "${names[@]}"; do printf 'a %s\n' "${!name}" | expand; done
section "nl"; for name in "${names[@]}"; do printf '%s\n' "${!name}" | nl; done
section "awk"; awk 'BEGIN { for (name in ENVIRON) if (name ~ /^PLANTED_/) print name "=" ENVIRON[name] }'
section "sed l"; for name in "${names[@]}"; do printf '%s\n' "${!name}" | sed -n 'l 0'; done
section "sed l in lines of 70"; for name in "${names[@]}"; do printf 'a line with a value in it, and quite a long one too: %s\n' "${!name}" | sed -n l; done
section "hexdump -C"; for name in "${names[@]}"; do printf '%s\n' "${!name}" | od -A x -t x1z; done
section "systemd-escape"; for name in "${names[@]}"; do systemd-escape -- "${!name}" 2>/dev/null; done
section "diff"; for name in "${names[@]}"; do diff <(printf '%s\n' "${!name}") /dev/null; done
for style in literal shell shell-always shell-escape shell-escape-always c escape locale; do
    section "ls --quoting-style=$style"
    folder=$(mktemp -d)
    for name in "${names[@]}"; do [[ ${!name} == */* ]] || : > "$folder/${!name}"; done
    ls -1 --quoting-style="$style" "$folder"
    rm -r "$folder"
done
section "git config -l"; for name in "${names[@]}"; do git config --file config.ini "planted.$(echo "$name" | tr -d _)" "${!name}"; done; git config --file config.ini -l
section "git config file"; cat config.ini
section "git ls-files"
git init -q repository; cd repository || exit
for name in "${names[@]}"; do case ${!name} in */*) ;; *) : > "./${!name}";; esac; done
git add . 2>&1; git -c core.quotepath=on ls-files; git -c core.quotepath=off ls-files; cd ..
section "tar tf"; tar cf planted.tar --exclude .git repository; tar tf planted.tar
section "strace"; strace -s 400 -e trace=execve env true $(: ) "${values[@]}" 2>&1
section "curl --libcurl"; for name in "${names[@]}"; do curl -s --libcurl - -H "X-Planted: ${!name}" -d "${!name}" file:///dev/null; done
section "sqlite3 .dump"; columns=(); for name in "${names[@]}"; do columns+=("${!name//\'/\'\'}"); done
{ echo 'create table planted(value);'; for column in "${columns[@]}"; do printf "insert into planted values('%s');\n" "$column"; done; } | sqlite3 planted.db
sqlite3 planted.db .dump
for mode in csv json insert quote tcl html list line markdown box; do section "sqlite3 $mode"; sqlite3 planted.db ".mode $mode" 'select value from planted'; done
section "rg --json"; for name in "${names[@]}"; do printf '%s\n' "${!name}" | rg --json .; done
