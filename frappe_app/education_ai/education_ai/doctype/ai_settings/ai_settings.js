// How the sidecar is, what its checks found, the work it gave up, and a button to disconnect it. The work is done by
// api/operations.py.
frappe.ui.form.on('AI Settings', {
  refresh(frm) {
    show_status(frm);
    frm.add_custom_button(__('Refresh status'), () => show_status(frm));
    frm.add_custom_button(__('Disconnect the sidecar'), () =>
      frappe.confirm(__('Take away the key of the sidecar? What it wrote stays.'), () =>
        frappe
          .call({ method: 'education_ai.api.operations.disconnect', freeze: true })
          .then(() => show_status(frm)),
      ),
    );
  },
});

function webhooks_say({ on, obstacle }) {
  if (on) return __('On');
  return obstacle ? `${__('Off.')} ${obstacle}` : __('Off');
}

function show_status(frm) {
  frappe.call({
    method: 'education_ai.api.operations.status',
    callback: ({ message }) => {
      if (!message) return;
      const again = (method, args) =>
        frappe
          .call({ method: `education_ai.api.operations.${method}`, args, freeze: true })
          .then(() => show_status(frm));
      frm
        .get_field('status_html')
        .$wrapper.empty()
        .append(status_table(message), ...checks(message.checks), ...dead_work(message, again));
    },
  });
}

function status_table(status) {
  const rows = [
    [__('Connected'), status.connected ? status.user : __('No: run bench education-ai connect')],
    [__('Last contact'), status.last_contact ? moment_of(status.last_contact) : __('never')],
    [__('Lag'), status.lag],
    [__('Sidecar version'), status.sidecar_version || '-'],
    [__('Changes waiting'), status.pending],
    [__('Webhooks'), webhooks_say(status.webhooks)],
    ...status.faults.map((fault) => [__('Fault'), fault.message]),
  ];
  if (status.copied)
    rows.push([__('Fault'), __('This site is a copy. Connect it again to use a sidecar here.')]);
  return table(
    null,
    rows.map(([label, value]) => [$('<th scope="row"></th>').text(label), value]),
  );
}

function checks(found) {
  const names = {
    hourly: __('Hourly'),
    daily: __('Daily'),
    weekly: __('Weekly'),
    monthly: __('Monthly'),
    backfill: __('First load'),
  };
  const title = heading(__('Last checks'));
  if (!found.length) return [title, note(__('No check has been reported yet.'))];
  return [
    title,
    table(
      [__('Check'), __('Finished'), __('Examined'), __('Found'), __('Repaired'), __('By DocType')],
      found.map((check) => [
        names[check.code] || check.code,
        moment_of(check.finished),
        check.examined,
        check.found,
        check.repaired,
        check.details.map(where_of).join('; ') || '-',
      ]),
    ),
  ];
}

const where_of = (detail) =>
  __('{0}: {1} found, {2} repaired', [__(detail.doctype), detail.found, detail.repaired]);

function dead_work(status, again) {
  const title = heading(__('Dead work'));
  if (!status.dead) return [title, note(__('Nothing was given up.'))];
  const all = button(__('Try all again'), () => again('try_all_again'));
  const shown = status.dead_work;
  const more = __('The oldest {0} of {1} are shown; the list AI Sync Report has all.', [
    shown.length,
    status.dead,
  ]);
  return [
    title,
    note(shown.length < status.dead ? more : __('Given up: {0}', [status.dead])),
    table(
      [__('What happened'), __('Record'), __('What to check'), ''],
      shown.map((work) => [
        $('<td></td>').append(document.createTextNode(work.message), $('<br>'), code_of(work)),
        record_of(work),
        work.check,
        $('<td></td>').append(
          work.redrive === 'Asked'
            ? __('Asked: taken up within a minute')
            : button(__('Try again'), () => again('try_again', { report: work.report })),
        ),
      ]),
    ),
    all,
  ];
}

const code_of = (work) => $('<code></code>').text(work.code);

function record_of(work) {
  const name = work.can_open
    ? $('<a></a>').attr('href', frappe.utils.get_form_link(work.doctype, work.name)).text(work.name)
    : document.createTextNode(work.name);
  return $('<td></td>').append(document.createTextNode(`${__(work.doctype)} `), name);
}

const moment_of = (value) => `${frappe.datetime.str_to_user(value)} (${frappe.datetime.prettyDate(value)})`;
const heading = (text) => $('<h5 class="mt-4"></h5>').text(text);
const note = (text) => $('<p class="text-muted"></p>').text(text);
const button = (text, act) =>
  $('<button type="button" class="btn btn-xs btn-default"></button>').text(text).on('click', act);

const line = (cells) =>
  $('<tr></tr>').append(cells.map((cell) => (cell && cell.jquery ? cell : $('<td></td>').text(cell))));

/** Cells are texts, or elements of their own; never HTML. */
function table(heads, rows) {
  const made = $('<table class="table table-sm"></table>');
  if (heads)
    $('<thead></thead>')
      .append(line(heads.map((head) => $('<th scope="col"></th>').text(head))))
      .appendTo(made);
  $('<tbody></tbody>').append(rows.map(line)).appendTo(made);
  return $('<div class="table-responsive"></div>').append(made);
}
