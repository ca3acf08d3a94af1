"""How a value reaches us from a person, and from nobody else.

`page` (a loopback page in the browser), `prompt` (a hidden terminal prompt), `popup` (tmux runs that prompt on top of
the agent's window), `chooser` (which of them). Imports of web frameworks and prompt_toolkit stay inside the channel
that needs them, and are made when it is used.
"""
