"""The command line: the operations for people, and for scripts with `--json`.

Rooms: `program` runs a command and says how it ended; `commands` is what can be said, `listing` the part of it that
is asked most, `linting` the check before a commit, `migrating` what is done to manifests; `surface` is where words
go; `usage` refuses without echo; `piped` reads `--stdin`; `settings` keeps the page open; `fault_log` takes what
nobody expected; `brief_life` is why an answer comes fast.
"""
