"""What the bot says: message catalogues in four languages, the wording of figures, and the rendering of alerts.

`catalogue` gives messages, `markup` the HTML that Telegram takes, `wording` the names, numbers and labels that charts
and the command line share, `sayings` what the lower packages say (why an edit is refused), `render` a whole alert.
Nothing here knows the database or Telegram's client.
`render` is imported by its own name: with it comes all that makes an alert, which charts have no need of.
"""

from bot.messages.catalogue import Messages, language_of
from bot.messages.markup import Html, split_html, to_plain
from bot.messages.wording import entity_name, figure_label, measure_text, quantity_text

__all__ = [
    "Html",
    "Messages",
    "entity_name",
    "figure_label",
    "language_of",
    "measure_text",
    "quantity_text",
    "split_html",
    "to_plain",
]
