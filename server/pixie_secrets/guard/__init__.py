"""A coding agent's hooks: a tool's `.env` is not read by accident, and a value that comes out anyway goes on masked.

    before a call       decide.py       may it go ahead? (places, shell_*: what it would read or write)
    after a call        mask_output.py  the result, with every known value masked
    start of a session  shell_filter.py the same for the shell itself: no hook of Claude Code can change what a failing
                                        command printed
    prompt              prompt.py       one with a value in it is stopped before it is sent

How a client asks and is answered is not known here: `hook_formats/` translates.

A hook runs before and after every single tool call, so this room is built for a fast start: nothing but the standard
library, and little of it (`json`, `re`, `pathlib` and `typing` each cost as much as the whole decision), in words that
Python 3.8 understands; the ground below is imported only when there are values to mask. It runs without the plugin's
environment too. `docs/guard.md` says what each hook can stop and what it cannot.
"""
