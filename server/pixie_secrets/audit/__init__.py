"""What became of a project's secrets, and when, without their values: the audit record, and which keys are due.

`record`: one file of lines for each project, in the state folder. `record.add` appends and answers why it could not,
    so that a save never fails for it; `record.read` is for `audit`, `record.keys` for all that ask about one key.
`due`: `mark_leaked(project, owner_id, key, where)` makes a key due until it is set again; `due_keys(project, now)` says
    which keys are due, and why.
`project_file`: which file is a project's, also after it was moved.

An entry names a change, a tool, a key, a channel and a client; never a value, its length, a part or a hash of it. It
says changes (set, unset, imported, shared, migrated …) and what was learned of a value (leaked, expires). Runs, reads
and what the guard refuses are not in it: they are many, and would push out what is asked for.

Standard library only: a hook asks at the start of each session.
"""
