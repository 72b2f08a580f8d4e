"""Facts of coding: each is decided here once, and every view asks here."""
