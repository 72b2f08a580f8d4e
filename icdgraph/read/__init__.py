"""From the official files to plain records."""
