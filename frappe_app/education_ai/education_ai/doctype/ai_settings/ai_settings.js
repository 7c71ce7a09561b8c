// How the sidecar is, and a button to disconnect it. The work is done by api/operations.py.
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
      const rows = [
        [__('Connected'), message.connected ? message.user : __('No: run bench education-ai connect')],
        [__('Last contact'), message.last_contact || __('never')],
        [__('Sidecar version'), message.sidecar_version || '-'],
        [__('Changes waiting'), message.pending],
        [__('Dead work'), message.dead],
        [__('Webhooks'), webhooks_say(message.webhooks)],
        ...message.faults.map((fault) => [__('Fault'), fault.message]),
      ];
      if (message.copied)
        rows.push([__('Fault'), __('This site is a copy. Connect it again to use a sidecar here.')]);
      const table = $('<table class="table table-sm"></table>');
      for (const [label, value] of rows) {
        $('<tr></tr>')
          .append($('<th scope="row"></th>').text(label))
          .append($('<td></td>').text(value))
          .appendTo(table);
      }
      frm.get_field('status_html').$wrapper.empty().append(table);
    },
  });
}
