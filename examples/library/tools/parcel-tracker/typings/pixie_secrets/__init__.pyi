# Made by `pixie-secrets codegen --stub`; do not edit. It makes this folder a package to type checkers.
__version__: str
