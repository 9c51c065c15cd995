"""What follows from a graph under the rules of OWL 2 RL and of the ontology."""
