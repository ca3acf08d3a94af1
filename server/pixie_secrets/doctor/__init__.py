"""What `pixie-secrets doctor` looks at: one room a question, each answered from what is there and never assumed.

check.py          one answer, and what to do about it
values.py         modes of the `.env` files, and what git would do with them
sealed.py         whether a key of this person opens the sealed values, and who would start without them
record.py         the audit record: which keys need a new value
canaries.py       made-up values that lie as bait: whether one was seen
probes.py         which keys a service can be asked about
client.py         Claude Code's settings around the project: deny rules, the guard, the sandbox
machine.py        what this machine has: pipes for the shell filter, tmux, a desktop, the tools' environments
attack.py         tries on a canary, in a project of its own, how an agent comes by a value
attack_paths.py   the list of what is tried
"""
