"""How fast and how well the parts do their work, each beside its peers; run one with ``python -m benchmarks.NAME``."""
