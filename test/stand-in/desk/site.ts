/** The page's own door to the site: plain REST, with the site's sentence when it refuses. */
export type Fields = Record<string, unknown>;

export async function read(doctype: string, name: string): Promise<Fields> {
  return record(await request('GET', path(doctype, name)));
}

export async function list(doctype: string, fields: string[], filters: unknown[][] = []): Promise<Fields[]> {
  const query = new URLSearchParams({
    fields: JSON.stringify(fields),
    filters: JSON.stringify(filters),
    limit_page_length: '0',
  });
  const { data } = await request('GET', `${path(doctype)}?${query.toString()}`);
  return Array.isArray(data) ? data.filter(isFields) : [];
}

export async function insert(doctype: string, values: Fields): Promise<Fields> {
  return record(await request('POST', path(doctype), values));
}

export async function update(doctype: string, name: string, values: Fields): Promise<Fields> {
  return record(await request('PUT', path(doctype, name), values));
}

export async function request(method: string, address: string, body?: Fields): Promise<Fields> {
  const answer = await fetch(address, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const parsed: unknown = await answer.json();
  const fields = isFields(parsed) ? parsed : {};
  if (!answer.ok)
    throw new Error(text(fields['exception']) || text(fields['exc_type']) || `HTTP ${answer.status}`);
  return fields;
}

export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The rows of a child table. */
export function rows(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function record(answer: Fields): Fields {
  const { data } = answer;
  return isFields(data) ? data : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function path(doctype: string, name?: string): string {
  const base = `/api/resource/${encodeURIComponent(doctype)}`;
  return name === undefined ? base : `${base}/${encodeURIComponent(name)}`;
}
