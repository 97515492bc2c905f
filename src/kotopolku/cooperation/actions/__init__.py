"""The writers of the shared space, by subject."""
