"""A score's published charts as screens draw them: rows from the top, worst high value first."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeward.clinical.limit import shown_unit
from homeward.clinical.score import Scorer
from homeward.clinical.score_file import read
from homeward.clinical.score_table import Band, Chart, Parameter
from homeward.clinical.scores import SCORERS
from homeward.model.errors import Misconfigured
from homeward.services.chart.views import BandShown, ChartShown, ParameterShown


def every_chart(tables: Iterable[Mapping[str, Any]]) -> Iterable[ChartShown]:
    """The charts of every score of the house, and of the hospital's own tables."""
    for charts in CHARTS_OF.values():
        yield from charts
    for table in tables:
        if table["text"] is not None:
            try:
                yield from _charts(read(table["text"]))
            except Misconfigured:  # of another version: the watcher has said so to everybody
                continue


def _charts(scorer: Scorer) -> list[ChartShown]:
    table = scorer.table
    about = scorer.about.split("\n\n")[1 if "\n\n" in scorer.about else 0]
    return [
        ChartShown(table.name, table.label, chart.name, table.colours, about, _rows(chart))
        for chart in scorer.charts
    ]


def _rows(chart: Chart) -> list[ParameterShown]:
    rows: list[ParameterShown] = []
    for each in chart.parameters:
        vital = each.sources[0].vital
        unit = "" if vital.unit == "1" or each.newest else shown_unit(vital)
        bands = _by_points(each) if each.newest else _by_value(each)
        rows.append(ParameterShown(each.name, each.label, unit, each.newest, bands))
    return rows


def _by_value(parameter: Parameter) -> list[BandShown]:
    source = parameter.sources[0]
    is_coded = source.vital.unit == "1"
    bands = sorted(source.bands, key=_height, reverse=not is_coded)
    return [BandShown(b.text, b.points, _number(b.low), _number(b.high)) for b in bands]


def _by_points(parameter: Parameter) -> list[BandShown]:
    """One row for each number of points, in the words of every vital it may come from."""
    texts: dict[int, list[str]] = {}
    for source in parameter.sources:
        unit = "" if source.vital.unit == "1" else f" {shown_unit(source.vital)}"
        for band in source.bands:
            if band.points_max is None:
                texts.setdefault(band.points, []).append(f"{band.text}{unit}")
    return [BandShown(", ".join(texts[each]), each, None, None) for each in sorted(texts)]


def _height(band: Band) -> float:
    return float("-inf") if band.low is None else float(band.low)


def _number(bound: object) -> float | None:
    return None if bound is None else float(str(bound))


CHARTS_OF = {scorer.name: _charts(scorer) for scorer in SCORERS}
