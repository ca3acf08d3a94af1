"""The command line: the operations for people, and for scripts with `--json`.

Rooms: `commands/` has one module for each command and the table of them; `command` is how one is declared; `plain`
reads a command line that is plainly right, and `parser` (click) judges every other one; `program` runs it and says how
it ended; `surface` is where words go; `usage` refuses without echo; `fault_log` takes what nobody expected.
"""
