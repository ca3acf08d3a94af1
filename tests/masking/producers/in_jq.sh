section() { printf '\n== %s\n' "$1"; }
planted='env | with_entries(select(.key | startswith("PLANTED_")))'
for program in jq gojq; do
    section "$program"; "$program" -n "$planted"
    section "$program -c twice"; "$program" -cn "$planted | tojson"
    for format in json sh csv tsv uri html text; do
        section "$program @$format"; "$program" -nr "$planted | [.[]] | if \"$format\" | . == \"uri\" or . == \"html\" then .[] else . end | @$format"
    done
done
section "jq -a"; jq -an "$planted"
