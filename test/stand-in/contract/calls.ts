/** The six calls of the contract on the stand-in: the shape is checked, then the call of that name answers. */
import {
  CONTRACT_VERSIONS,
  METHODS,
  type MethodName,
  type ModelCard,
  type Request,
  type Response,
} from '../../../sidecar/erpnext/contract.ts';
import { document } from '../school/document.ts';
import type { Site } from '../site.ts';
import { digest } from './digest.ts';
import { ContractFault, invalid } from './fault.ts';
import { snapshot } from './snapshot.ts';
import { text } from './stored.ts';
import { withdrawUnsaid, writeBack } from './write-back.ts';
import type { z } from 'zod';

/** Versions as a real site says them; the database's own says that this is none. */
const VERSIONS = {
  frappe: '15.101.1',
  erpnext: '15.99.1',
  education: '15.5.0',
  app: '0.1.0',
  database: '10.11.0-stand-in',
};

const REPORT = 'AI Sync Report';
const CARD = 'AI Model Card';

export function isMethod(name: string): name is MethodName {
  return name in METHODS;
}

export function call(site: Site, method: MethodName, body: unknown): Response<MethodName> {
  switch (method) {
    case 'hello':
      return hello(site, parse(METHODS.hello.request, body));
    case 'pull':
      return pull(site, parse(METHODS.pull.request, body));
    case 'snapshot':
      return snapshot(site, parse(METHODS.snapshot.request, body));
    case 'digest':
      return digest(site, parse(METHODS.digest.request, body));
    case 'write_back':
      return writeBack(site, parse(METHODS.write_back.request, body));
    default:
      return report(site, parse(METHODS.report.request, body));
  }
}

/** The request, typed. The message names the field and never repeats a value: it may be a pupil's name. */
function parse<T extends z.ZodType>(shape: T, body: unknown): z.output<T> {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw invalid(`${first?.path.join('.') || 'request'}: is not as the contract has it`);
}

function hello(site: Site, request: Request<'hello'>): Response<'hello'> {
  checkOn(site);
  const contract = CONTRACT_VERSIONS.find((version) => request.contract_versions.includes(version));
  if (contract === undefined) {
    const ours = Math.max(...CONTRACT_VERSIONS);
    const older =
      Math.max(0, ...request.contract_versions) < ours ? 'sidecar' : 'app education_ai on the site';
    throw new ContractFault(
      'contract.version',
      `No common contract version (this site: ${ours}). Update the ${older}.`,
    );
  }
  const resync = site.pairing.meet(request.epoch, request.token, request.take_over, site.clock.instant());
  return {
    site_id: site.id,
    epoch: site.pairing.epoch ?? '',
    token: site.pairing.token,
    resync,
    contract,
    versions: VERSIONS,
    time_zone: site.clock.timeZone,
    now: site.clock.instant().toISOString(),
    settings: site.settingsForSidecar(),
    pending: site.outbox.pending(),
    faults: [],
  };
}

function pull(site: Site, request: Request<'pull'>): Response<'pull'> {
  checkOn(site);
  site.pairing.check(request.epoch);
  const token = site.pairing.acknowledge(request.token, request.ack.length > 0, site.clock.instant());
  site.outbox.delete(request.ack);
  const events = site.outbox.oldest(request.limit);
  return { token, events, pending: site.outbox.pending(events.length), settings: site.settingsForSidecar() };
}

function report(site: Site, request: Request<'report'>): Response<'report'> {
  site.pairing.check(request.epoch);
  for (const check of request.checks) {
    const name = site.records.nextName(REPORT, 'AI-REPORT-');
    site.records.save(
      document(REPORT, name, {
        kind: 'check',
        code: check.check,
        finished: site.clock.written(new Date(check.finished)),
        examined: check.examined,
        found: check.found,
        repaired: check.repaired,
        details: text(check.details),
      }),
      true,
    );
  }
  if (request.checks.some(({ check }) => check === 'backfill')) withdrawUnsaid(site, request.epoch);
  storeCard(site, request.model ?? null);
  return { redrive: deadWork(site, request.dead), erase: [...site.excluded()].sort() };
}

/** Told with every report; only a card that says something else becomes a row. */
function storeCard(site: Site, card: ModelCard | null): void {
  if (card === null) return;
  const said = text(card);
  const newest = site.records.all(CARD).at(-1);
  if (newest?.values['card'] === said) return;
  const { rung, learned_on, pupil_terms, failed_or_left, checked } = card;
  const figures = { rung, learned_on, pupil_terms, failed_or_left, checked_on: checked?.pupil_terms ?? 0 };
  const name = site.records.nextName(CARD, 'AI-CARD-');
  site.records.save(document(CARD, name, { ...figures, card: said }), true);
}

/** Makes the list on the site what the sidecar says it is; answers what a person asked to try again. */
function deadWork(site: Site, reported: Request<'report'>['dead']): Response<'report'>['redrive'] {
  const now = new Map(reported.map((work) => [JSON.stringify([work.code, work.doctype, work.name]), work]));
  const redrive: Response<'report'>['redrive'] = [];
  for (const row of site.records.all(REPORT)) {
    const { kind, code, ref_doctype: doctype, ref_name: name, redrive: asked } = row.values;
    if (kind !== 'dead') continue;
    if (!now.delete(JSON.stringify([code, doctype, name]))) site.records.remove(REPORT, row.name, true);
    else if (asked === 'Asked') {
      redrive.push({ doctype: String(doctype), name: String(name) });
      site.records.change(row, { redrive: 'Sent' }, true);
    }
  }
  for (const work of now.values()) {
    const name = site.records.nextName(REPORT, 'AI-REPORT-');
    const values = { kind: 'dead', code: work.code, ref_doctype: work.doctype, ref_name: work.name };
    site.records.save(document(REPORT, name, { ...values, redrive: null }), true);
  }
  return redrive;
}

function checkOn(site: Site): void {
  if (!site.settings.collect) {
    throw new ContractFault('site.off', 'Collecting is switched off in AI Settings.');
  }
}
