"""The root error of the package."""


class TranslationError(Exception):
    """Something could not be translated or a package not used; the message is a sentence for the user."""
