"""The only writers of the steering room, by subject."""
