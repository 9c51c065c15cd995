"""What the project reads from outside: the folders it works in, its settings, and the facts about a graph."""
