"""Where values are kept, one file for each kind of store; `learn` makes the values of a project known."""
