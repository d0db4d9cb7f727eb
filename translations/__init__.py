"""Names and sentences from one language into another, offline. Knows languages and Argos; no database, no news."""
