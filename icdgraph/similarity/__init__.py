"""Similarity of codes and of sets of codes, by levels and by information content."""
