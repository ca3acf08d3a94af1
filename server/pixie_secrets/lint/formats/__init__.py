"""Ways to say the same findings: for people, programs, code scanning, and a pull request's margin."""
