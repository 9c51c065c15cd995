"""What it costs to resolve the values of a saved query and to bind them."""
