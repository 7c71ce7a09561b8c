/**
 * The ways in which a row could come to somebody's eyes, one function each: true when the reader got it. What
 * Frappe refuses (401, 403) is false; any other failure is a fault of the walk and is thrown.
 */
import { z } from 'zod';
import { SiteAnswer, type LiveSite } from '../site.ts';
import type { Cast, Reader, RowType, Subject } from './cast.ts';

export interface Target {
  cast: Cast;
  subject: Subject;
  doctype: RowType;
  name: string;
}

type Way = (reader: LiveSite, target: Target, who: Reader, admin: LiveSite) => Promise<boolean>;

export const WAYS: Record<string, Way> = {
  list: async (reader, { doctype, name }) => {
    const filters = [['name', '=', name]];
    const first = await seen(async () => (await reader.list(doctype, { fields: ['*'], filters })).length > 0);
    const query = new URLSearchParams({ filters: JSON.stringify(filters) });
    const second = await seen(async () =>
      mentions(await reader.request('GET', `/api/v2/document/${encodeURIComponent(doctype)}?${query}`), name),
    );
    return first || second;
  },

  get: async (reader, { doctype, name }) => {
    const direct = await seen(async () => (await reader.get(doctype, name)).name === name);
    const client = await seen(async () =>
      mentions(await reader.call('frappe.client.get', { doctype, name }), name),
    );
    return direct || client;
  },

  get_value: async (reader, { doctype, name }) =>
    mentions(
      await reader.call('frappe.client.get_value', {
        doctype,
        filters: { name },
        fieldname: ['name', 'owner'],
      }),
      name,
    ),

  form: async (reader, { doctype, name }) => {
    const query = new URLSearchParams({ doctype, name });
    return mentions(await reader.request('GET', `/api/method/frappe.desk.form.load.getdoc?${query}`), name);
  },

  count: async (reader, { doctype, name }) => {
    const filters = [[doctype, 'name', '=', name]];
    const counts = await Promise.all(
      ['frappe.client.get_count', 'frappe.desk.reportview.get_count'].map((method) =>
        seen(async () => Number(await reader.call(method, { doctype, filters })) > 0),
      ),
    );
    return counts.some(Boolean);
  },

  report_view: async (reader, { doctype, name }) => {
    const table = `\`tab${doctype}\``;
    const rows = await reader.call('frappe.desk.reportview.get', {
      doctype,
      fields: [`${table}.\`name\``],
      filters: [[doctype, 'name', '=', name]],
      start: 0,
      page_length: 20,
    });
    const grouped = await reader.call('frappe.desk.reportview.get', {
      doctype,
      fields: [`${table}.\`name\``, `count(${table}.\`name\`) as _aggregate_column`],
      filters: [[doctype, 'name', '=', name]],
      group_by: `${table}.\`name\``,
      start: 0,
      page_length: 20,
    });
    return mentions(rows, name) || mentions(grouped, name);
  },

  link_search: async (reader, { doctype, name }) =>
    mentions(
      await reader.call('frappe.desk.search.search_link', { doctype, txt: name, page_length: 20 }),
      name,
    ),

  document_room: async (reader, { doctype, name }) =>
    (await reader.call('frappe.realtime.can_subscribe_doc', { doctype, docname: name })) === true,

  query_report: async (reader, { doctype, name, cast }) =>
    mentions(
      await reader.call('frappe.desk.query_report.run', { report_name: cast.reports[doctype], filters: {} }),
      name,
    ),

  export: async (reader, { doctype, name }) => {
    const form = new URLSearchParams({
      doctype,
      file_format_type: 'CSV',
      title: doctype,
      fields: JSON.stringify([`\`tab${doctype}\`.\`name\``]),
      filters: JSON.stringify([[doctype, 'name', '=', name]]),
    });
    const { 'content-type': _json, ...headers } = reader.headers;
    const answer = await fetch(`${reader.url}/api/method/frappe.desk.reportview.export_query`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    const text = await answer.text();
    if (!answer.ok) throw new SiteAnswer(answer.status, text);
    return text.includes(name);
  },

  print: async (reader, { doctype, name }) =>
    z
      .object({ html: z.string() })
      .safeParse(await reader.call('frappe.www.printview.get_html_and_style', { doc: doctype, name }))
      .success,

  share: async (reader, { doctype, name, cast }, who, admin) => {
    const user = cast.users[who];
    if (user === '') return false;
    const shared = await seen(async () =>
      mentions(await admin.call('frappe.share.add', { doctype, name, user }), name),
    );
    return shared && WAYS['get']!(reader, { doctype, name, cast, subject: 'A' }, who, admin);
  },

  assignment: async (reader, { doctype, name, cast }, who, admin) => {
    const user = cast.users[who];
    if (user === '') return false;
    const args = { doctype, name, assign_to: JSON.stringify([user]), description: 'walk' };
    const assigned = await seen(async () =>
      mentions(await admin.call('frappe.desk.form.assign_to.add', args), user),
    );
    if (!assigned) return false;
    const found = await seen(async () => (await reader.get(doctype, name)).name === name);
    await admin.call('frappe.desk.form.assign_to.remove', { doctype, name, assign_to: user });
    return found;
  },

  open_count: async (reader, { doctype, cast, subject }) => {
    const answer = await reader.call('frappe.desk.notifications.get_open_count', {
      doctype: 'Student',
      name: cast.pupils[subject].name,
      items: JSON.stringify([doctype]),
    });
    const counted = z
      .object({ count: z.object({ external_links_found: z.array(z.object({ count: z.unknown() })) }) })
      .parse(answer);
    return counted.count.external_links_found.some((link) => Number(link.count) > 0);
  },
};

/** Runs a way; refused by the site means not seen. A deadlock with somebody else's write is asked again. */
export async function seen(way: () => Promise<boolean>, again = 3): Promise<boolean> {
  try {
    return await way();
  } catch (error) {
    if (!(error instanceof SiteAnswer)) throw error;
    if (error.status === 401 || error.status === 403) return false;
    if (again > 0 && error.body.includes('QueryDeadlockError')) return seen(way, again - 1);
    throw error;
  }
}

export function mentions(answer: unknown, text: string): boolean {
  return JSON.stringify(answer ?? null).includes(text);
}
