"""Runs programs with a tool's secrets, and lets no value out of them again.

Two ways in. A tool is a server that we start, ask and end (`conversation`: `process` under a `supervisor`, `contract`
over loopback, `streamed`), behind `operations/run_tool`. A command is whatever a person or a client would have started
itself (`relay`: `in_place` or at its `own_terminal`, through a `masked_pipe`), behind `operations/exec_command`: it
keeps its stdin, its terminal, its signals and its exit status.

Rooms: `environment` is what a program is given; `interpreter` which Python a tool has; `inputs` checks what a run is
asked with; `references` and `rendered` put values where a program wants them in an argument or a file; `log_tail` masks
what a tool printed; `listeners` tells whose port it is; `turns` makes a tool that
cannot do two things at once do one.
"""
