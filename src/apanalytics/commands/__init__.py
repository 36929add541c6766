"""The commands, one module each; `cli.py` composes them."""
