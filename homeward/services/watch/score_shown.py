"""A score as screens know it."""

from datetime import datetime

from homeward.clinical.score import Score
from homeward.clinical.subject import ANYBODY, Subject
from homeward.model.shown import PartShown, ScoreShown

NO_AGE = "Birth date unknown: scored as an adult."


def shown(score: Score, subject: Subject = ANYBODY, *, is_leading: bool = True) -> ScoreShown:
    """A score as screens know it."""

    def ms(at: datetime | None) -> int | None:
        return None if at is None else round(at.timestamp() * 1000)

    parts = [
        PartShown(
            part.parameter, part.label, part.value, part.points, ms(part.at), part.age_seconds,
            part.is_missing,
        )
        for part in score.parts
    ]  # fmt: skip
    return ScoreShown(
        score.name, round(score.at.timestamp() * 1000), score.total, score.low, score.high,
        score.risk, score.interval, score.scale, parts, score.interval_seconds, score.label,
        score.chart, score.said, is_leading, NO_AGE if subject.birth_date is None else None,
        score.risk_at_worst,
    )  # fmt: skip
