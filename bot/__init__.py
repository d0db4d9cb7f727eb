"""What we do: sources, articles, the pipeline, events and their delivery, the schedule, the chat and the CLI."""
