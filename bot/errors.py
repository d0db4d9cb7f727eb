"""The root error of the package."""


class BotError(Exception):
    """Something the bot was asked for cannot be done; the message is a sentence for the user."""
