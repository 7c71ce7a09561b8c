/** A rename or a merge as Frappe does it: links in other rows follow without event and without `modified`. */
import { SOON_EVENT } from '../../sidecar/erpnext/contract.ts';
import { WATCHED } from '../../sidecar/erpnext/watched.ts';
import { INSIGHT } from './contract/insights.ts';
import { leaveOut } from './exclusion.ts';
import { dropFields, moveFields } from './fields.ts';
import { settleWishes } from './peer-wishes.ts';
import type { StoredDocument } from './records.ts';
import type { Row } from './school/document.ts';
import type { Site } from './site.ts';

/** Onto a name that exists already it is a merge: what was said of the old one goes, its records get the new one. */
export function rename(site: Site, doctype: string, from: string, to: string): void {
  const { records } = site;
  const document = records.get(doctype, from);
  if (document === undefined) throw new Error(`no ${doctype} ${from}`);
  const merge = records.get(doctype, to) !== undefined;
  if (merge) forgetInsights(site, doctype, from);
  records.move(document, merge ? null : to);
  if (merge) dropFields(site, doctype, from);
  else moveFields(site, doctype, from, to);
  for (const { doctype: other } of [
    ...WATCHED,
    { doctype: 'Assessment Insight' },
    { doctype: 'AI Exclusion' },
  ])
    for (const each of records.all(other)) relink(site, each, doctype, from, to);
  if (merge) settleWishes(site);
  site.outbox.add({ doctype, name: from, event: 'rename', new_name: to });
  // left out if either record was
  if (merge && doctype === 'Student' && site.excluded().has(to)) leaveOut(site, to);
  site.wake(SOON_EVENT);
}

function forgetInsights(site: Site, doctype: string, name: string): void {
  const column = doctype.toLowerCase().replaceAll(' ', '_');
  for (const { name: insight, values } of site.records.all(INSIGHT)) {
    const about = values['target_doctype'] === doctype && values['target'] === name;
    if (about || values[column] === name) site.records.remove(INSIGHT, insight, true);
  }
  for (const [address, head] of site.heads)
    if (site.records.get(INSIGHT, head) === undefined) site.heads.delete(address);
}

function relink(site: Site, document: StoredDocument, doctype: string, from: string, to: string): void {
  const values = relinked(document.values, doctype, from, to);
  const children = Object.fromEntries(
    Object.entries(document.children).map(([field, rows]) => [
      field,
      rows.map((row) => relinked(row, doctype, from, to)),
    ]),
  );
  const changed = { ...document, values, children };
  if (JSON.stringify(changed) === JSON.stringify(document)) return;
  site.records.put(changed);
  if (document.doctype !== INSIGHT) return;
  for (const [address, head] of Array.from(site.heads)) {
    if (head !== document.name) continue;
    site.heads.delete(address);
    site.heads.set(relinkedAddress(address, doctype, from, to), head);
  }
}

function relinkedAddress(address: string, doctype: string, from: string, to: string): string {
  const entries: Row = JSON.parse(address);
  const values = relinked(entries, doctype, from, to);
  return JSON.stringify(Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** A field links to a DocType that it is called after, with or without a word before; of others the row says which. */
function relinked(row: Row, doctype: string, from: string, to: string): Row {
  const slug = doctype.toLowerCase().replaceAll(' ', '_');
  const links = (field: string) =>
    field === slug ||
    field.endsWith(`_${slug}`) ||
    (field === 'target' && row['target_doctype'] === doctype) ||
    (field === 'content' && row['content_type'] === doctype);
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => [field, value === from && links(field) ? to : value]),
  );
}
