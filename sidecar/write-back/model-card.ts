/** The card of what was learned, as the site shows it to those who answer for it: figures alone, no weights. */
import type { ModelCard } from '../erpnext/contract.ts';
import type { StoredModel } from '../store/models.ts';

export function modelCard({ learned, day }: StoredModel): ModelCard {
  const { rung, pupil_terms, failed_or_left, terms, checked } = learned;
  return {
    rung,
    learned_on: day,
    pupil_terms,
    failed_or_left,
    terms,
    checked:
      checked === null
        ? null
        : {
            ...checked,
            scores: checked.scores.map((each) => ({ rung: each.rung, ...each.score })),
            bins: checked.bins.map(({ said, came, pupils }) => ({ said, came, pupils })),
          },
  };
}
