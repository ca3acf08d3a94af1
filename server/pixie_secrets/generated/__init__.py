"""What is generated from a manifest, and whether it still fits: typed access, `.env.example`."""
