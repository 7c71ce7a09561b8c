// Draws the card: what was learned from, scores beside the rule, and how near what was said lay to what came.
const RUNGS = {
  rule: () => __('Rule'),
  pooled: () => __('Forecast from published figures and this school'),
  trained: () => __('Forecast learned from this school'),
};

frappe.ui.form.on('AI Model Card', {
  refresh(frm) {
    const card = JSON.parse(frm.doc.card || 'null');
    if (!card) return;
    frm
      .get_field('shown')
      .$wrapper.html(
        [learnedFrom(card), ...(card.checked ? checked(card) : [notChecked()]), fairness()].join(''),
      );
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
    table(head, rows),
    paragraph(named),
    ...(said.length === 0
      ? []
      : [table([__('Said'), __('Came'), __('Different pupils')], said), plot(found.bins)]),
  ];
}

function fairness() {
  const text = __(
    'By groups of pupils: not told. Gender, disability, religion, age, address and income are never read from this site: what is not there can neither steer a warning nor leak. So its errors cannot be compared between such groups here. On public data they are, by gender, age, disability and deprivation, by the command evaluate; that says nothing certain about this school.',
  );
  return paragraph(text);
}

const cells = (tag, row) => row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('');

function table(head, rows) {
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('');
  return `<table class="table table-bordered"><thead><tr>${cells('th', head)}</tr></thead><tbody>${body}</tbody></table>`;
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
