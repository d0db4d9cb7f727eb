"""What goes wrong with a source: a sentence that names it, and whether to try again."""

from __future__ import annotations

from bot.errors import BotError
from translations.phrases import Phrase, Saying


class SourceProblem(Phrase):
    """Why a source, or one article of it, cannot be read. It is kept with the source as its English sentence."""

    # The address
    NO_ADDRESS = "{address} is not a web address that can be read."
    OTHER_SCHEME = "{address} is not an http or https address."
    LEADS_ELSEWHERE = "{address} leads to {target}, which is not an http or https address."
    PRIVATE = "{address} is at a private address; set EXONYM_ALLOW_PRIVATE_SOURCES=1 if that is meant."
    UNKNOWN_HOST = "{host} is not known: no address was found for the host of {address}."
    WITHOUT_ADDRESS = "{host} has no address."

    # The connection
    UNREACHABLE = "{address} cannot be reached."
    SLOW = "{address} did not answer in time."
    SLOW_IN_FULL = "{address} did not answer in full within {seconds} seconds."
    NO_WEB_SERVER = "{address} does not answer as a web server does."
    CERTIFICATE_EXPIRED = "{address} has a certificate that has expired."
    CERTIFICATE_OF_ANOTHER = "{address} has a certificate that is for another host."
    CERTIFICATE_UNTRUSTED = "{address} has a certificate that cannot be trusted."
    BROKEN_OFF = "{address} broke off while it was being read."
    REDIRECT_CIRCLE = "{address} redirects in a circle."
    REDIRECTS = "{address} redirects more than {n} times."

    # What was answered
    GONE = "{address} does not exist (HTTP {status})."
    BUSY = "{address} cannot answer now (HTTP {status})."
    FORBIDDEN = "{address} does not let the bot read it (HTTP {status})."
    NO_PAGE = "{address} gave an answer that is no page (HTTP {status})."
    LARGE = "{address} is larger than {megabytes} MB."
    COMPRESSED = "{address} is compressed as {encoding}, which was not asked for."
    BADLY_COMPRESSED = "{address} says that it is compressed, but cannot be decompressed."

    # What it holds
    EMPTY = "{address} is empty."
    PDF = "{address} is a PDF file, not an article."
    IMAGE = "{address} is an image, not an article."
    MEDIA = "{address} is an image, a sound or a film, not an article."
    SOUND = "{address} is a sound file, not an article."
    ARCHIVE = "{address} is an archive or an office document, not an article."
    COMPRESSED_FILE = "{address} is a compressed file, not an article."
    PROGRAM = "{address} is a program, not an article."
    OFFICE_DOCUMENT = "{address} is an office document, not an article."
    BINARY = "{address} is a binary file, not an article."
    OTHER_TYPE = "{address} is of the type {type}, not an article."
    NO_TEXT = "{address} is not text in any encoding that we know."
    NO_FEED = "{address} is not a feed."
    BAD_FEED = "{address} is a feed that cannot be read."
    MALFORMED_FEED = "{address} is a feed with malformed XML, and no item in it can be read."
    MALFORMED_JSON = "{address} is malformed JSON."
    NO_JSON_FEED = "{address} is JSON, but not a JSON Feed."
    LONG_MARKUP = "{address} has more than {n} characters of markup, which is no article."
    MANY_ELEMENTS = "{address} has more than {n} elements of markup, which is no article."
    LONG_TEXT = "{address} has more than {n} characters of text, which is no article."
    BAD_PAGE = "{address} is a page that cannot be read."
    NO_ARTICLE = "{address} has no article text in it."

    # Files and folders of the machine
    MISSING = "{address} does not exist."
    NEITHER = "{address} is neither a file nor a folder."
    UNLISTED = "{address} cannot be listed."
    UNLISTED_DENIED = "{address} cannot be listed: it may not be read."
    LARGE_FILE = "{address} is larger than {megabytes} MB, which is no article."


class SourceError(BotError):
    """A source, or one article of it, cannot be read.

    `problem` can be said in any language. `retryable` says whether the same request may succeed later; `retry_after` is
    the number of seconds that the server asked to wait, where it did.
    """

    def __init__(self, problem: Saying, *, retryable: bool = False, retry_after: float | None = None) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.retryable = retryable
        self.retry_after = retry_after
