"""What stands in the sealed fields that the AI alone writes, as lines for one reader.

Who calls this has checked the reader: the fields open to nobody else.
"""

from collections.abc import Iterable, Mapping, Sequence

from education_ai.panels.composition import SECTIONS_FOR_PUPILS
from education_ai.sealing import SealedRow
from education_ai.sentences import Speaker, section_of


def opened(row: SealedRow | None, fieldnames: Sequence[str]) -> dict[str, dict]:
	"""The content of these fields of one document; an empty one where nothing was written yet."""
	contents = {field: row.opened(field) if row else None for field in fieldnames}
	return {field: one if isinstance(one, dict) else {} for field, one in contents.items()}


def rows(said: Iterable[Mapping], speaker: Speaker, sections: Sequence[str]) -> list[dict[str, str]]:
	"""What this reader may see of these sentences, in their order, of these sections of a panel."""
	found = []
	for reason in said:
		section = section_of(reason.get("code", ""))
		if section not in sections or (speaker.audience != "staff" and section not in SECTIONS_FOR_PUPILS):
			continue
		text = speaker.text(reason)
		if text:
			found.append({"title": speaker.title(reason) or "", "text": text})
	return found
