"""One folder of `tools/` takes the place of another, and whoever looks for tools next ends what a dead process began.

It is a ground room, below the one that finds tools: what is the person's own must not be out of its place until they
happen to import something.
"""
