# Reads every file named in the arguments as commands, each in a shell of its own, and writes the environment of a child
# to the file of the same name in $OUT. Nothing that a line would run is on PATH.
env=$(command -v env)
for file; do
    ( set --; PATH=/nowhere; set -a; . "$file" >/dev/null 2>&1; exec "$env" -0 >"$OUT/${file##*/}" ) </dev/null 2>/dev/null
done
exit 0
