// Dead work can be tried again; the sidecar hears of it with its next report. The work is done by api/operations.py.
frappe.ui.form.on('AI Sync Report', {
  refresh(frm) {
    if (frm.doc.kind !== 'dead' || frm.doc.redrive === 'Asked') return;
    frm.add_custom_button(__('Try again'), () =>
      frappe
        .call({ method: 'education_ai.api.operations.try_again', args: { report: frm.doc.name } })
        .then(() => frm.reload_doc()),
    );
  },
});
