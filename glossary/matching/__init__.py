"""Finding the glossary's names in a text: every mention with its offsets, how it was found and whether it is certain.

One call of `Matcher.find` goes through these steps, each a module:

    index      what is looked for: every surface of every form, in one automaton a language of text
    scanning   fold -> one pass of the automaton over names, one over words in capitals -> check boundaries, case and
               what follows -> settle overlaps (leftmost, then longest)
    deciding   say what each hit is, from all of the article

A text is searched for the forms of its own language; one that is not English also for English forms, since
Latin names and acronyms stand in it as they are (NATO, ATACMS). `glossary.inflect` gives surfaces, `glossary.normalize`
the folding, `words` what stands around names. `checks` says which forms may be entered. What the mentions mean for an
article is decided after this package, by the pipeline.
"""

from glossary.matching.checks import Collision, collisions, form_problem
from glossary.matching.deciding import FoundMention
from glossary.matching.matcher import Matcher
from glossary.matching.words import small_words

__all__ = ["Collision", "FoundMention", "Matcher", "collisions", "form_problem", "small_words"]
