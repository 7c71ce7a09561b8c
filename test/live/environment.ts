/** Where the real site is, from the environment; null, with one line that says why, when it is not given. */
export interface LiveEnvironment {
  url: string;
  /** `key:secret` of an Administrator. */
  adminKey: string;
  site: string;
  /** The bench's folder, for what only the bench itself can do. */
  bench: string | null;
}

export const MISSING =
  'no real site: set FRAPPE_URL and ADMIN_KEY (key:secret of an Administrator) to run this on one';

export function liveEnvironment(): LiveEnvironment | null {
  const { FRAPPE_URL: url, ADMIN_KEY: adminKey, FRAPPE_SITE: site, FRAPPE_BENCH: bench } = process.env;
  if (!url || !adminKey) return null;
  return {
    url: url.replace(/\/+$/, ''),
    adminKey,
    site: site ?? new URL(url).hostname,
    bench: bench ?? null,
  };
}
