"""Claude Code's hooks: a tool's `.env` is not read by accident, and a value that comes out anyway goes on masked.

    PreToolUse        decide.py       may this tool call go ahead? (tool_paths, shell_*: what it would read or write)
    PostToolUse       mask_output.py  the result, with every known value masked
    SessionStart      shell_filter.py the same for the shell itself: no hook can change what a failing command printed
    UserPromptSubmit  prompt.py       a prompt with a value in it is stopped before it is sent

A hook runs before and after every single tool call, so this room is built for a fast start: nothing but the standard
library, and little of it (`json`, `re`, `pathlib` and `typing` each cost as much as the whole decision), in words that
Python 3.8 understands; the ground below is imported only when there are values to mask. It runs without the plugin's
environment too. `docs/guard.md` says what each hook can stop and what it cannot.
"""
