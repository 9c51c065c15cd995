"""What several tests share: servers on loopback, snapshots made for a test, comparison of whole answers."""
