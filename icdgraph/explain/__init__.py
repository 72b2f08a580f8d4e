"""How two codes are connected, and what a code means: answers in sentences."""
