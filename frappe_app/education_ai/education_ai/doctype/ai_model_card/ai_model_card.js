// Draws the card: what was learned from, scores beside the rule, how near what was said lay to what came, and by gender.
const RUNGS = {
  rule: () => __('Rule'),
  pooled: () => __('Forecast from published figures and this school'),
  trained: () => __('Forecast learned from this school'),
};

frappe.ui.form.on('AI Model Card', {
  refresh(frm) {
    const card = JSON.parse(frm.doc.card || 'null');
    if (!card) return;
    const parts = card.checked
      ? [...checked(card), ...byGender(card.checked.fairness)]
      : [notChecked(), paragraph(neverUsed())];
    frm.get_field('shown').$wrapper.html([learnedFrom(card), ...parts].join(''));
  },
});

const escape = (text) => frappe.utils.escape_html(String(text));
const paragraph = (text) => `<p>${escape(text)}</p>`;
const share = (value) => `${Math.round(100 * value)}%`;

function learnedFrom(card) {
  const from = __('Learned from finished courses of pupils: {0}; failed or left: {1}. Terms: {2}.', [
    card.pupil_terms,
    card.failed_or_left,
    card.terms.join(', ') || '–',
  ]);
  return paragraph(`${RUNGS[card.rung]()}. ${from}`);
}

function notChecked() {
  return paragraph(__('Not yet checked here: too few finished courses of pupils. The rule speaks.'));
}

function checked({ rung, checked: found }) {
  const how =
    found.how === 'later_terms'
      ? __('Checked on terms later than those learned from. Finished courses of pupils: {0}.', [
          found.pupil_terms,
        ])
      : __('Checked on pupils held back in turn. Finished courses of pupils: {0}.', [found.pupil_terms]);
  const head = [__('Rung'), __('Brier score'), __('Log loss'), __('Calibration error'), __('AUC')];
  const rows = found.scores.map((score) => [
    RUNGS[score.rung]() + (score.rung === rung ? ` (${__('speaks')})` : ''),
    ...[score.brier, score.log_loss, score.calibration_error, score.auc].map((value) => value.toFixed(3)),
  ]);
  const named = __('Pupils whom the rule named: {0}. Of these failed or left: {1}.', [
    found.rule.pupils,
    share(found.rule.came),
  ]);
  const said = found.bins.map((bin) => [share(bin.said), share(bin.came), bin.pupils]);
  return [
    paragraph(how),
    table(__('Scores'), head, rows),
    ...(found.scores.length > 1 ? [paragraph(whenItSpeaks())] : []),
    paragraph(named),
    ...(said.length === 0
      ? []
      : [
          table(__('What was said and what came'), [__('Said'), __('Came'), __('Different pupils')], said),
          plot(found.bins),
        ]),
  ];
}

function whenItSpeaks() {
  return __(
    "A forecast speaks only where its Brier score and its log loss are lower than the rule's, the Brier score by more than chance explains, and its calibration error is no larger, or at most 0.03.",
  );
}

function neverUsed() {
  return __(
    'Gender is never used for any insight. It is read only to check here whether warnings err more for some pupils than for others. Disability, religion, age, address and income are not read at all.',
  );
}

// `fairness` is missing from cards of earlier releases, and null with fewer than two groups.
function byGender(fairness) {
  if (fairness === undefined)
    return [
      paragraph(__('By gender: not compared on this card. The next one does.')),
      paragraph(neverUsed()),
    ];
  const least = __(
    'A group is shown from 20 pupils on, of whom at least 5 failed or left and at least 5 passed. Smaller ones are too few to say anything about.',
  );
  if (fairness === null)
    return [
      paragraph(`${__('By gender: not told, since there are no two groups to compare.')} ${least}`),
      paragraph(neverUsed()),
    ];
  const head = [
    __('Gender'),
    __('Pupils'),
    __('Finished courses'),
    __('Failed or left'),
    __('AUC'),
    __('Warned of those who failed or left'),
    __('Warned of those who passed'),
  ];
  const rows = fairness.groups.map((one) => [
    one.group === '' ? __('Not entered') : __(one.group),
    one.pupils,
    one.courses,
    one.failed_or_left,
    ...errors(one, share),
  ]);
  const gap = __('Highest less lowest, shares in points; who is not entered is left out');
  const gaps = [gap, '', '', '', ...errors(fairness.gaps, points)];
  return [
    table(__('By gender, of the pupils it was checked on'), head, [...rows, gaps]),
    paragraph(
      __(
        'A finished course of a pupil counts once: as warned of, if on any of the days looked at a warning would have been given. In brackets: a range that holds the true figure 19 times in 20.',
      ),
    ),
    paragraph(
      __(
        'A difference whose brackets begin at 0 can be chance, also a large one where the numbers are small. One that begins above 0 is hardly chance. Then look at the reasons given to the pupils who were warned of and passed, and whether tests and attendance are entered alike for all. Until it is explained, decide by marks and days alone and not by the warning; to hide all insights, take the tick from "Show insights" in AI Settings.',
      ),
    ),
    paragraph(least),
    paragraph(neverUsed()),
  ];
}

const decimals = (value) => value.toFixed(2);
const points = (value) => String(Math.round(100 * value));

function errors({ auc, caught, false_alarms }, written) {
  return [within(auc, decimals), within(caught, written), within(false_alarms, written)];
}

function within({ value, low, high }, written) {
  return __('{0} ({1} to {2})', [value, low, high].map(written));
}

function table(caption, head, rows) {
  const columns = head.map((name) => `<th scope="col">${escape(name)}</th>`).join('');
  const body = rows.map(([name, ...cells]) => {
    const values = cells.map((cell) => `<td>${escape(cell)}</td>`).join('');
    return `<tr><th scope="row">${escape(name)}</th>${values}</tr>`;
  });
  return `<table class="table table-bordered"><caption>${escape(caption)}</caption><thead><tr>${columns}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

// Said to the right, came upwards; on the line both are the same.
function plot(bins) {
  const size = 200;
  const at = (value) => Math.round(size * value);
  const dots = bins
    .map(({ said, came }) => `<circle cx="${at(said)}" cy="${size - at(came)}" r="4" fill="currentColor" />`)
    .join('');
  const label = escape(__('Said to the right, came upwards; the line is where both are the same.'));
  return `<svg role="img" aria-label="${label}" width="${size}" height="${size}" viewBox="-5 -5 ${size + 10} ${size + 10}">
    <rect width="${size}" height="${size}" fill="none" stroke="currentColor" opacity="0.3" />
    <line x1="0" y1="${size}" x2="${size}" y2="0" stroke="currentColor" opacity="0.5" />${dots}</svg>`;
}
