"""The JSON that commands print: the machine-readable interface, one function an object.

An entity is `{"slug", "name"}` everywhere, name being the canonical English one. Dates are ISO 8601; a quantity's
fields stand in the object that has it, not in one of their own, except where a figure or a change holds two of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.pipeline import ArticleResult
from glossary.candidates import CandidateView
from glossary.entries import Entry, EntryForm, Glossary
from glossary.figure_views import Claim, FigureView, StatementView, claims_of
from glossary.figures import FigureChange
from glossary.matching import FoundMention
from glossary.proposing import ProposedName
from glossary.quantities import Quantity
from glossary.statements import StatementDraft
from translations.languages import Language

Json = dict[str, Any]


def entity_json(slug: str | None, glossary: Glossary, name: str | None = None) -> Json | None:
    """An entity; one that the glossary does not hold (an outlet, an unnamed official) has a name and no slug."""
    entry = glossary.get(slug)
    if entry is not None:
        return {"slug": entry.slug, "name": entry.name}
    return {"slug": slug, "name": name or slug} if slug or name else None


def quantity_json(quantity: Quantity) -> Json:
    """A quantity with its interval."""
    return {
        "value": _number(quantity.value),
        "low": _number(quantity.low),
        "high": _number(quantity.high),
        "bound": quantity.bound.value,
        "unit": quantity.unit,
        "said": quantity.said,
        "said_unit": quantity.said_unit,
    }


def _number(value: float | None) -> float | int | None:
    """A whole number without a decimal point."""
    return int(value) if value is not None and value == int(value) else value


def mention_json(mention: FoundMention, glossary: Glossary) -> Json:
    """A mention in a text."""
    return {
        "entity": entity_json(mention.slug, glossary),
        "type": glossary[mention.slug].type.value,
        "surface": mention.surface,
        "form": mention.form,
        "start": mention.start,
        "end": mention.end,
        "via": mention.via.value,
        "certain": mention.certain,
    }


def statement_json(draft: StatementDraft, glossary: Glossary) -> Json:
    """A quantity as a text states it."""
    return {
        "measure": draft.measure.value,
        "subject": entity_json(draft.subject, glossary),
        "place": entity_json(draft.place, glossary),
        "scope": draft.scope.kind.value if draft.scope else None,
        "period": _period(draft.scope.period_from, draft.scope.period_to) if draft.scope else None,
        **quantity_json(draft.quantity),
        "claimant": entity_json(draft.claimant, glossary, draft.claimant_name),
        "as_of": draft.as_of.isoformat() if draft.as_of else None,
        "superseded": draft.superseded,
        "part": draft.part,
        "surface": draft.surface,
        "start": draft.start,
        "end": draft.end,
        "sentence": draft.sentence,
    }


def _period(first: date | None, last: date | None) -> list[str | None] | None:
    if first is None and last is None:
        return None
    return [first.isoformat() if first else None, last.isoformat() if last else None]


def analysis_json(
    language: Language,
    published: date | None,
    mentions: Sequence[FoundMention],
    statements: Sequence[StatementDraft],
    candidates: Sequence[ProposedName],
    glossary: Glossary,
) -> Json:
    """What `exonym analyze` finds in one text."""
    return {
        "language": language.value,
        "published": published.isoformat() if published else None,
        "mentions": [mention_json(mention, glossary) for mention in mentions],
        "figures": [statement_json(statement, glossary) for statement in statements],
        "candidates": [{"surface": one.surface, "type": one.type.value, "count": one.count} for one in candidates],
    }


def candidate_json(candidate: CandidateView) -> Json:
    """A name that articles have and the glossary lacks; the example is the newest article with it."""
    example = candidate.example
    return {
        "id": candidate.id,
        "name": candidate.name,
        "type": candidate.type.value,
        "language": candidate.language.value,
        "articles": candidate.articles,
        "outlets": candidate.outlets,
        "spellings": list(candidate.spellings),
        "example": None
        if example is None
        else {
            "sentence": example.sentence,
            "url": example.url,
            "title": example.title,
            "outlet": example.outlet,
            "seen_at": example.seen_at.isoformat(),
        },
        "first_seen_at": candidate.first_seen_at.isoformat(),
        "last_seen_at": candidate.last_seen_at.isoformat(),
        "ignored": candidate.ignored,
    }


def change_json(change: FigureChange) -> Json:
    """How one statement stood to its figure."""
    return {
        "figure": change.figure_id,
        "label": change.label,
        "relation": change.relation.value,
        "before": quantity_json(change.before) if change.before else None,
        "after": quantity_json(change.after),
    }


def article_json(result: ArticleResult) -> Json:
    """What became of one article: a line of `exonym ingest --json`."""
    return {
        "source": result.source,
        "url": result.url,
        "title": result.title,
        "status": result.status.value,
        "language": result.language,
        "story": result.story,
        "mentions": result.mentions,
        "changes": [change_json(change) for change in result.changes],
        "error": result.error,
    }


def figure_json(figure: FigureView, glossary: Glossary) -> Json:
    """A known figure with its statements, oldest first; `claims` are what each claimant says now, the latest first.

    `current` is the value that an editor has pinned, where one has; `latest` is what it would be without the pin.
    """
    return {
        "id": figure.id,
        "label": figure.label,
        "measure": figure.measure.value,
        "subject": entity_json(figure.subject, glossary),
        "place": entity_json(figure.place, glossary),
        "scope": figure.scope.kind.value,
        "period": _period(figure.scope.period_from, figure.scope.period_to),
        "unit": figure.unit,
        "current": quantity_json(figure.current) if figure.current else None,
        "range": [_number(figure.low), _number(figure.high)],
        "since": figure.since.isoformat() if figure.since else None,
        "pinned": figure.pin is not None,
        "latest": quantity_json(figure.latest) if figure.latest else None,
        "retired": figure.retired,
        "claims": [_claim_json(claim, glossary) for claim in claims_of(figure)],
        "statements": [_statement_view_json(one, glossary, figure.current_id) for one in figure.statements],
        "held": [_statement_view_json(one, glossary, None) for one in figure.held],
    }


def _claim_json(claim: Claim, glossary: Glossary) -> Json:
    return {
        "claimant": entity_json(claim.claimant, glossary, claim.claimant_name),
        **quantity_json(claim.quantity),
        "since": claim.since.isoformat() if claim.since else None,
        "statements": claim.statements,
    }


def _statement_view_json(statement: StatementView, glossary: Glossary, current: int | None) -> Json:
    return {
        "id": statement.id,
        "current": statement.id == current,
        "document": {"id": statement.document_id, "url": statement.url, "title": statement.title},
        "outlet": statement.outlet,
        "claimant": entity_json(statement.claimant, glossary, statement.claimant_name),
        "as_of": statement.as_of.isoformat() if statement.as_of else None,
        **quantity_json(statement.quantity),
        "relation": statement.relation.value,
        "superseded": statement.superseded,
        "part": statement.part,
        "withdrawn": statement.withdrawn,
        "held": statement.held,
        "sentence": statement.sentence,
    }


def form_json(form: EntryForm) -> Json:
    """A form of an entity."""
    return {
        "language": form.language.value,
        "text": form.text,
        "kind": form.kind.value,
        "preferred": form.preferred,
        "weak": form.weak,
        "source": form.provenance.value,
        "model": form.model,
        "confidence": form.confidence,
        "status": form.status.value,
        "problems": list(form.problems),
    }


def entry_json(entry: Entry, glossary: Glossary) -> Json:
    """An entity with its forms and relations."""
    relations: Mapping[str, list[Json | None]] = {
        relation.kind.value: [entity_json(target, glossary) for target in entry.targets(relation.kind)]
        for relation in entry.relations
    }
    return {
        "slug": entry.slug,
        "name": entry.name,
        "type": entry.type.value,
        "wikidata": entry.wikidata,
        "note": entry.note,
        "context": list(entry.context),
        "forms": [form_json(form) for form in entry.forms],
        "relations": relations,
    }
