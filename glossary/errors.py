"""The root error of the package."""


class GlossaryError(Exception):
    """Something about the glossary is wrong or refused; the message is a sentence for the user."""
