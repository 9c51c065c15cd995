"""What answers a URL, one package for each family of them."""
