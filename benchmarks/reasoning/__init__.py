"""The reasoner beside others on invented intergovernmental graphs."""
