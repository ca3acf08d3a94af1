"""How a share decides: what ships, whether it may, and what is said of it."""
