/**
 * Installing, migrating and uninstalling on a real bench: the site afterwards is the site before.
 *
 * Needs `FRAPPE_BENCH` (the bench's folder, with the built app in it) and a site of its own without pupils,
 * `BARE_SITE` (default `bare.test`): everything the app has there is taken away.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveBench } from './site.ts';

const bench = process.env['FRAPPE_BENCH'] ?? '';
const site = process.env['BARE_SITE'] ?? 'bare.test';
const usable = bench !== '' && existsSync(join(bench, 'sites', site));
if (!usable) console.log(`skipped: installing needs FRAPPE_BENCH and a site ${site} on it`);

const APP = 'education_ai';
const MINUTES = 60_000;

async function onBench(...args: string[]): Promise<string> {
  return new LiveBench(bench, site).onSite(...args);
}

function python(script: string, ...args: string[]): string {
  return execFileSync(join(bench, 'env/bin/python'), [script, ...args], {
    cwd: join(bench, 'sites'),
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
  });
}

/** Every line of the site's schema and contents. */
function dump(): string[] {
  return python(resolve('test/live/site_dump.py'), site).split('\n');
}

/** Lines of one dump that the other has not, as often as they occur. */
function difference(before: string[], after: string[]): { lost: string[]; added: string[] } {
  const count = new Map<string, number>();
  for (const line of before) count.set(line, (count.get(line) ?? 0) + 1);
  const added = after.filter((line) => {
    const left = count.get(line) ?? 0;
    if (left > 0) count.set(line, left - 1);
    return left === 0;
  });
  const lost = [...count].filter(([, left]) => left > 0).map(([line]) => line);
  return { lost, added };
}

/** Runs Python on the site, connected as Administrator, and answers what it prints. */
function onSite(code: string): string {
  const file = join(scratch, 'step.py');
  const head = `import frappe\nfrappe.init(site="${site}")\nfrappe.connect()\n`;
  writeFileSync(file, `${head}${code}\nfrappe.db.commit()\nfrappe.destroy()\n`);
  return python(file).trim();
}

const scratch = mkdtempSync(join(tmpdir(), 'education-ai-install-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.skipIf(!usable)('a site that gets the app and gives it back', { timeout: 10 * MINUTES }, () => {
  let before: string[] = [];
  beforeAll(async () => {
    if ((await onBench('list-apps')).includes(APP))
      await onBench('uninstall-app', APP, '--yes', '--no-backup');
    // One migrate first: Frappe and ERPNext rewrite a few of their own rows at each.
    await onBench('clear-cache');
    await onBench('migrate');
    before = dump();
  }, 10 * MINUTES);

  it('is the same after uninstalling, down to columns, sequence, roles, user, key and shares', async () => {
    await onBench('install-app', APP);
    const file = join(scratch, 'sidecar.env');
    await onBench('education-ai', 'connect', '--out', file);
    use();
    expect(onSite(`print(frappe.db.count("Webhook"))`)).not.toBe('0');
    await onBench('uninstall-app', APP, '--yes', '--no-backup');
    expect(difference(before, dump())).toEqual({ lost: [], added: [] });
  });

  it('gets its tables also where it ran before the app came to the bench, and can be migrated twice', async () => {
    onSite(`frappe.cache.set_value("app_modules", {
	app: modules for app, modules in frappe.local.app_modules.items() if app != "${APP}"})`);
    await onBench('install-app', APP);
    await onBench('migrate');
    const once = dump();
    await onBench('migrate');
    expect(difference(once, dump())).toEqual({ lost: [], added: [] });
  });

  it('keeps the sealing key when it is connected again with the same file, which only its owner may read', async () => {
    const file = join(scratch, 'again.env');
    const lines = () =>
      new Map(
        readFileSync(file, 'utf8')
          .split('\n')
          .map((line) => pair(line)),
      );
    await onBench('education-ai', 'connect', '--out', file);
    const first = lines();
    await onBench('education-ai', 'connect', '--out', file);
    const second = lines();
    expect(second.get('SEALING_KEY')).toBe(first.get('SEALING_KEY'));
    expect(second.get('FRAPPE_API_SECRET')).not.toBe(first.get('FRAPPE_API_SECRET'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is refused a connection while a permission of the role is left over', async () => {
    onSite(
      `frappe.get_doc({"doctype": "Custom DocPerm", "parent": "Student", "role": "AI Sidecar", "read": 1}).insert()`,
    );
    await expect(onBench('education-ai', 'connect', '--out', join(scratch, 'refused.env'))).rejects.toThrow();
    onSite(`frappe.db.delete("Custom DocPerm", {"role": "AI Sidecar"})`);
  });

  it('opens, saves and deletes a student after uninstalling', async () => {
    await onBench('uninstall-app', APP, '--yes', '--no-backup');
    const said = onSite(`
frappe.db.set_single_value("Education Settings", "user_creation_skip", 1)
doc = frappe.get_doc({"doctype": "Student", "first_name": "Uma", "last_name": "Test", "student_email_id": "uma@example.com"}).insert()
frappe.get_doc("Student", doc.name).save()
customer = frappe.db.get_value("Student", doc.name, "customer")
frappe.delete_doc("Student", doc.name)
frappe.delete_doc("Customer", customer)
print("deleted", not frappe.db.exists("Student", doc.name))`);
    expect(said).toContain('deleted True');
  });
});

function pair(line: string): [string, string] {
  const [variable = '', value = ''] = line.split('=', 2);
  return [variable, value];
}

/** Leaves traces of each kind that Frappe would not take away with the app. */
function use(): void {
  onSite(`
frappe.set_user("Administrator")
settings = frappe.get_single("AI Settings")
settings.pass_mark = 55
settings.update({"webhooks": 1, "sidecar_address": "http://127.0.0.1:8787"})
settings.save()
frappe.get_doc({"doctype": "Webhook", "name": "ours", "webhook_doctype": "AI Insight", "webhook_docevent": "on_change",
	"request_url": "http://127.0.0.1:9", "request_structure": "JSON", "webhook_json": "{}"}).insert(set_name="ours")
frappe.get_doc({"doctype": "Webhook Request Log", "webhook": "Education AI: Student, on_change"}).insert()
frappe.get_doc({"doctype": "Custom DocPerm", "parent": "AI Sync Report", "role": "Education Manager", "read": 1}).insert()
frappe.get_doc({"doctype": "ToDo", "description": "x", "reference_type": "AI Settings", "reference_name": "AI Settings"}).insert()
frappe.get_doc("AI Settings").add_comment("Comment", "a note")`);
}
