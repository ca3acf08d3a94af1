"""Asks a service whether a key works. The value goes to that host alone, over TLS, once a person agreed to it.

What can be asked about is in `services`; `exchange` sends one request and takes a bounded answer, `judge` reads it,
`databases` logs in at one, over `connection`, and leaves, and `agreements` keeps what a person agreed to.
"""
