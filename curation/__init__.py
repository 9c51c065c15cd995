"""What a curator runs to look up reference data; neither a build nor the server imports it."""
