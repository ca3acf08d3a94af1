"""A secret by itself, without a manifest: its key, its value, its type."""
