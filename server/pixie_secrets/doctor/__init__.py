"""What `pixie-secrets doctor` looks at: one room a question, each answered from what is there and never assumed.

values.py    modes of the `.env` files, and what git would do with them
record.py    the audit record: which keys need a new value
client.py    Claude Code's settings around the project: deny rules, the guard, the sandbox
machine.py   what this machine has: pipes for the shell filter, tmux, a desktop, the tools' environments
attack.py    the ways in which an agent stumbles over a value, tried on a canary in a project of its own
ways.py      the list of those ways
"""
