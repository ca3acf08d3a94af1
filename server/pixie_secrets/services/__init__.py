"""What services there are that say whether a key works: where each is asked, and how its answers are to be read."""
