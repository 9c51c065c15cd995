"""From a home folder to a snapshot."""
