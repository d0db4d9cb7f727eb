"""One sentence's statements: a module for each thing asked of a quantity, in the order they are asked.

`glossary.statements` runs them over `sentence.Sentence`:

    counted     which phrases count something
    triggers    which trigger measures which quantity
    measuring   what the quantity measures, if anything
    places      where
    subjects    whose people or land (`parties`: the party that a name stands for)
    scopes      what span
    claimants   who says so, since when
    years       years of persons, which no phrase counts
    remembering what later sentences may leave unsaid (`context`)
    repeats     statements told twice become one
"""
