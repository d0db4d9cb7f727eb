"""What we know: entities, their forms, how to find them in text, quantities, known figures and their evidence."""
