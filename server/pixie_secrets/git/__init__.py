"""What git says of a file, and what a `.gitignore` says without it."""
