"""What several tests stand on: servers on loopback, snapshots made for a test, comparison of whole answers."""
