"""A knowledge graph of the Bali Process Ad Hoc Group, and the means to build, check and ask it."""

__version__ = "0.1.0"
