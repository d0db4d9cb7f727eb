"""Training of the bundled name packages: clean pairs, train, export, pack, measure. The program never imports it."""
