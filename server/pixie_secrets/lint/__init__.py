"""The check before a commit or a share: what is secret, where it must not be, and how to put it right."""
