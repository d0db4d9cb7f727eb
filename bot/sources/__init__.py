"""Where articles come from: addresses on the web, feeds, pages and files, each read into values.

Nothing here knows the database; `bot.polling` decides what is due and `bot.pipeline` what becomes of an article.
"""
