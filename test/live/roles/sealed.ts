/** Guesses at what stands in a pupil's sealed field, through everything that answers a question about a column. */
import { SiteAnswer, type LiveSite } from '../site.ts';
import type { Stage } from './stage.ts';
import { mentions, seen } from './ways.ts';

export const GUESS = 'walk-high-risk';
export const PLAIN = { risk: GUESS };

const FIELD = 'ai_learning_profile';
const COLUMN = `\`tabStudent\`.\`${FIELD}\``;
const NAME = '`tabStudent`.`name`';

export interface Probed {
  /** How many pupils a filter for the right guess found; must be 0. */
  guesses: Record<string, number>;
  /** Whole answers; must not hold the plain text. '' where the site refused. */
  answers: Record<string, string>;
}

export async function probes(
  reader: LiveSite,
  admin: LiveSite,
  stage: Stage,
  pupil: string,
): Promise<Probed> {
  const like = [[FIELD, 'like', `%${GUESS}%`]];
  const report = await stage.make('Report', {
    report_name: `${stage.tag} sealed ${Math.random().toString(36).slice(2, 8)}`,
    ref_doctype: 'Student',
    report_type: 'Query Report',
    is_standard: 'No',
    query: `select name as "Name:Data:200", ${FIELD} as "Field:Data:400" from \`tabStudent\` where name = '${pupil}'`,
    roles: ['Student', 'Instructor', 'Academics User', 'Education Manager'].map((role) => ({ role })),
  });
  const view = (more: Record<string, unknown>) =>
    reader.call('frappe.desk.reportview.get', { doctype: 'Student', start: 0, page_length: 50, ...more });
  const whole = { filters: [['Student', 'name', '=', pupil]] };
  const searched = { doctype: 'Student', txt: GUESS, searchfield: FIELD };
  return {
    guesses: {
      'list filter': await counted(async () => (await reader.list('Student', { filters: like })).length),
      'list or-filter': await counted(async () => {
        const query = new URLSearchParams({ or_filters: JSON.stringify(like), limit_page_length: '0' });
        const { data } = await reader.request('GET', `/api/resource/Student?${query}`);
        return Array.isArray(data) ? data.length : 0;
      }),
      'client count': await counted(async () =>
        Number(await reader.call('frappe.client.get_count', { doctype: 'Student', filters: like })),
      ),
      'report view count': await counted(async () =>
        Number(await reader.call('frappe.desk.reportview.get_count', { doctype: 'Student', filters: like })),
      ),
      'link search': await counted(async () =>
        mentions(await reader.call('frappe.desk.search.search_link', searched), pupil) ? 1 : 0,
      ),
    },
    answers: {
      document: await answered(() => reader.get('Student', pupil)),
      value: await answered(() =>
        reader.call('frappe.client.get_value', {
          doctype: 'Student',
          filters: { name: pupil },
          fieldname: FIELD,
        }),
      ),
      list: await answered(() => reader.list('Student', { fields: ['name', FIELD] })),
      'report view': await answered(() => view({ fields: [NAME, COLUMN], ...whole })),
      order: await answered(() => view({ fields: [NAME], order_by: `${COLUMN} desc` })),
      'group-by': await answered(() =>
        view({ fields: [COLUMN, `count(${NAME}) as _aggregate_column`], group_by: COLUMN }),
      ),
      maximum: await answered(() => reader.list('Student', { fields: [`max(${FIELD}) as newest`] })),
      'query report': await answered(() =>
        reader.call('frappe.desk.query_report.run', { report_name: report.name, filters: {} }),
      ),
      export: await answered(() => exported(reader)),
      // what an Administrator would see in the column is sealed as well
      'as Administrator': await answered(() => admin.list('Student', { fields: ['name', FIELD] })),
    },
  };
}

async function exported(reader: LiveSite): Promise<string> {
  const { 'content-type': _json, ...headers } = reader.headers;
  const answer = await fetch(`${reader.url}/api/method/frappe.desk.reportview.export_query`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      doctype: 'Student',
      file_format_type: 'CSV',
      title: 'Student',
      fields: JSON.stringify([NAME, COLUMN]),
      filters: '[]',
    }).toString(),
  });
  const text = await answer.text();
  if (!answer.ok) throw new SiteAnswer(answer.status, text);
  return text;
}

async function counted(way: () => Promise<number>): Promise<number> {
  let count = 0;
  await seen(async () => (count = await way()) > 0);
  return count;
}

async function answered(way: () => Promise<unknown>): Promise<string> {
  let text = '';
  await seen(async () => (text = JSON.stringify(await way())) !== '');
  return text;
}
