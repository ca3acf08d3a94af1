"""Asks a service whether a key works. The value goes to that host alone, over TLS, once a person agreed to it.

What can be asked about is in `services`; `selection` says which of them a key is for, and `agreements` keeps what a
person agreed to. `exchange` sends one request and takes a bounded answer, signed by `signature` where the service wants
that, and `judge` reads it. `databases` logs in over `connection` and leaves, with a file for each protocol.
"""
