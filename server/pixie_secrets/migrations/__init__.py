"""Every older or neighboring form becomes a `tool.json` of today, and nothing else of the file changes.

`steps` takes any older `tool.json` to today's: pure steps from text to text, one module each. The `from_…` modules read
what other programs use to say which secrets they need. Nothing here opens a file: the operations do.
"""
