"""Values encrypted at rest, in a file that may be committed: sops' JSON format with age recipients.

The format is another program's, so that nobody depends on this one to read what they sealed: `sops` decrypts, edits and
sets what is written here, and what it wrote is read here. What it can do besides (cloud keys, PGP, parts of a key) is
refused by name and left untouched.

A file has one data key. It encrypts every value (AES-256-GCM, the key's name authenticated along) and a digest of all
values in their order; it is itself encrypted for each recipient with age. Names of keys, and how long a value is, stand
in clear: that is the format.
"""
