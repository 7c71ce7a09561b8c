"""Turns an insight's chart into what a panel draws: named series, readable labels, no bar about single pupils."""

import re
from collections.abc import Sequence

from frappe import _

from education_ai.panels.composition import Insight
from education_ai.sentences import Speaker, shown_date

DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
BAND = re.compile(r"^(\d+)\D+(\d+)(\D*)$")
# A line over fewer points suggests a direction that is not there.
LINE_POINTS = 3


def drawn(insight: Insight, speaker: Speaker, minimum_group: int) -> dict | None:
	"""None where there is nothing to draw, or something that this app has no name for."""
	chart = insight.chart
	if not isinstance(chart, dict) or not chart.get("labels"):
		return None
	title = speaker.label(chart["code"], {})
	series = [{"name": speaker.label(row["code"], {}), "values": row["values"]} for row in chart["series"]]
	if not title or not all(row["name"] for row in series):
		return None
	labels = chart["labels"]
	if chart["kind"] == "line":
		if max(sum(value is not None for value in row["values"]) for row in series) < LINE_POINTS:
			return None
	elif insight.kind == "class" and len(series) == 1:
		labels, series[0]["values"] = merged(labels, series[0]["values"], minimum_group)
	labels = [shown_date(label) if DATE.match(label) else label for label in labels]
	first = _("Date") if DATE.match(chart["labels"][0]) else _("Marks")
	return {
		"title": f"{insight.course} · {title}" if insight.course else title,
		"kind": chart["kind"],
		"labels": labels,
		"series": series,
		"columns": [first, *(row["name"] for row in series)],
	}


def merged(labels: Sequence[str], counts: Sequence[int], minimum: int) -> tuple[list[str], list[int]]:
	"""Joins neighbouring bands until each holds nobody or at least `minimum` pupils.

	The smallest offending band joins its smaller neighbour first, so that as much of the picture as may be shown
	stays.
	"""
	bands = [([label], count or 0) for label, count in zip(labels, counts, strict=True)]
	while len(bands) > 1:
		small = [at for at, (_labels, count) in enumerate(bands) if 0 < count < minimum]
		if not small:
			break
		at = min(small, key=lambda index: bands[index][1])
		beside = [near for near in (at - 1, at + 1) if 0 <= near < len(bands)]
		other = min(beside, key=lambda index: (bands[index][1] == 0, bands[index][1]))
		first, last = sorted((at, other))
		bands[first : last + 1] = [(bands[first][0] + bands[last][0], bands[first][1] + bands[last][1])]
	return [_joined(names) for names, _count in bands], [count for _names, count in bands]


def _joined(labels: Sequence[str]) -> str:
	if len(labels) == 1:
		return labels[0]
	first, last = BAND.match(labels[0]), BAND.match(labels[-1])
	if first and last:
		return f"{first.group(1)}–{last.group(2)}{last.group(3)}"
	return f"{labels[0]} – {labels[-1]}"
