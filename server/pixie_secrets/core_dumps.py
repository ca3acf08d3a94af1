"""No core dump of a process of ours: it would hold every value that was read, in a file where one works.

Linux writes it to the working folder, unless a program collects them; systemd's and Ubuntu's heed the limit. What we
start inherits it, and has values, too. Only the soft limit is set: a command that is to leave one may raise it.
"""

from __future__ import annotations


def forbid_core_dumps() -> None:
    """Leave none, whatever ends this process. Does nothing where there are none, as on Windows."""
    try:
        from resource import RLIMIT_CORE, getrlimit, setrlimit
    except ImportError:
        return
    setrlimit(RLIMIT_CORE, (0, getrlimit(RLIMIT_CORE)[1]))
