"""How a folder is a project: where its tools are, and how one of them is found."""
