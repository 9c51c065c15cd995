"""Questions in plain words: read to a saved query with its values, or told why they cannot be."""
