"""What the project is told from outside: the folders it works in, its settings, and the facts about a graph."""
