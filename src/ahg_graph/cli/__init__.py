"""One module for each command of the command line; `cli` mounts them."""
