section() { printf '\n== %s\n' "$1"; }
arguments=(); for name in ${!PLANTED_*}; do arguments+=("--from-literal=$name=${!name}"); done
create=(kubectl create configmap planted --dry-run=client "${arguments[@]}")
section "kubectl -o json"; "${create[@]}" -o json
section "kubectl -o yaml"
for name in ${!PLANTED_*}; do  # one by one: it refuses control characters
    kubectl create configmap planted --dry-run=client --from-literal="$name=${!name}" -o yaml
done
section "kubectl -o jsonpath"; "${create[@]}" -o 'jsonpath={.data}'
for write in 'printf "%q"' 'printf "%+q"' 'printf "%#v"' 'printf "%v"' js html urlquery print; do
    section "go template $write"
    "${create[@]}" -o go-template="{{range .data}}{{. | $write}}
{{end}}"
done
