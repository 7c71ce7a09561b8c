/**
 * What the AI proposes for fields that people edit too: merged with what stands on the site, told, and settled.
 *
 * The mirror may be older than the site. The site takes a merge only into the state it was made with; where that
 * moved, the document is read again and merged anew. So nobody's change is lost, and nothing waits for a lock.
 */
import { fetchTouch, proposalTouch } from '../due.ts';
import type { WriteBackItem } from '../erpnext/contract.ts';
import { editableField } from '../erpnext/editable.ts';
import { refusal } from '../erpnext/failure.ts';
import { AppError } from '../errors.ts';
import type { Session } from '../pairing.ts';
import { canonical } from '../store/canonical.ts';
import { assertPaired } from '../store/leader.ts';
import { logBatch, logDecisions, type DecisionEntry } from '../store/logs.ts';
import { readOpened, type Opened } from '../store/mirror/opened.ts';
import {
  documentOfProposal,
  proposalName,
  readProposals,
  settleProposals,
  type Asked,
  type DocumentName,
  type Proposal,
} from '../store/proposals.ts';
import type { Sealer } from '../store/sealing.ts';
import { beginRound } from '../store/state.ts';
import { finishAll, touch, type Claim, type Touch } from '../store/work.ts';
import { merge, type Decision, type Merged } from './conflict.ts';
import { isRefused, sentEntry, tell, type SendTools, type Told } from './tell.ts';

/** A proposal merged with the site's state, and what of it the site has to be told. */
interface Merge {
  proposal: Proposal;
  merged: Merged;
  asked: Asked;
  things: Thing[];
}

interface Thing {
  merge: Proposal;
  item: WriteBackItem;
}

/** Somebody else is writing at this moment: not at once again. */
const AGAIN_MS = 1_000;

export async function sendProposals(tools: SendTools, session: Session, claims: Claim[]): Promise<void> {
  const { store, clock } = tools;
  // After the claim and before the reading: whoever reads later has the higher number (`sync.md` 16).
  const round = await beginRound(store.db);
  if (round === null) throw new AppError('leader.lost');
  const documents = claims.map(({ name }) => documentOfProposal(name));
  const merges = await mergeAll(tools, documents, round.revision);
  const results = await tell(
    tools.site,
    session.epoch,
    merges.flatMap(({ things }) => things),
  );
  const now = clock.now();
  const outcomes = merges.map((one) => outcomeOf(one, results));
  const failed = new Set(
    outcomes.flatMap(({ merge: { proposal }, refused }) =>
      refused === null ? [] : [proposalName(proposal)],
    ),
  );

  await store.transaction(async (tx) => {
    await assertPaired(tx, { me: tools.me, epoch: session.epoch, now });
    await finishAll(
      tx,
      claims.filter(({ name }) => !failed.has(name)),
    );
    await settleProposals(
      tx,
      outcomes
        .filter(({ settled }) => settled)
        .map(({ merge: { proposal, asked } }) => ({ ...proposal, asked })),
      now,
    );
    await touch(
      tx,
      outcomes.flatMap((outcome) => again(outcome, now)),
    );
    await logDecisions(
      tx,
      outcomes.flatMap((outcome) => decisionEntries(store.sealer, outcome)),
      now,
    );
    if (results.length > 0) await logBatch(tx, sentEntry(results), now);
  });
  for (const { outcome } of results) tools.metrics.insights.inc({ outcome });
  const first = outcomes.find(({ refused }) => refused !== null);
  if (first !== undefined) throw refusal(first.refused);
}

/** Proposals for documents that the mirror does not hold wait until it does. */
async function mergeAll(
  { store }: SendTools,
  documents: readonly DocumentName[],
  revision: number,
): Promise<Merge[]> {
  const proposals = await readProposals(store.db, store.sealer, documents);
  const merges: Merge[] = [];
  for (const doctype of new Set(proposals.map((proposal) => proposal.doctype))) {
    const own = proposals.filter((proposal) => proposal.doctype === doctype);
    const names = own.map((proposal) => proposal.name);
    const states = await readOpened(store.db, store.sealer, doctype, names);
    for (const proposal of own) {
      const state = states.get(proposal.name)?.get(proposal.field);
      const one = state === undefined ? null : mergeOne(store.sealer, proposal, state, revision);
      if (one !== null) merges.push(one);
    }
  }
  return merges;
}

function mergeOne(sealer: Sealer, proposal: Proposal, state: Opened, revision: number): Merge | null {
  const { doctype, name, field } = proposal;
  const definition = editableField(doctype, field);
  if (definition === undefined) return null;
  const merged = merge(definition, state, proposal.proposal);
  const questions = merged.decisions.filter(({ outcome }) => outcome === 'asked');
  const open = Object.fromEntries(questions.map((one) => [one.key, { ...hashes(sealer, one), over: false }]));
  const items: WriteBackItem[] = [];
  if (questions.length < merged.decisions.length) {
    items.push({
      kind: 'fields',
      revision,
      address: { doctype, name },
      values: { [field]: { value: merged.value, base: merged.base } },
      seen: { [field]: state.seen },
    });
  }
  for (const { key, site, ai, base } of questions) {
    if (canonical(open[key]) === canonical(proposal.asked[key])) continue;
    const values = { site, ai, base, rule: 'manual_review' as const };
    items.push({ kind: 'conflict', revision, address: { doctype, name, field, key }, values });
  }
  const over = Object.entries(proposal.asked).filter(([key]) => open[key] === undefined);
  for (const [key, before] of over) {
    if (before.over) continue;
    items.push({ kind: 'withdraw', revision, address: { doctype, name, field, key } });
  }
  const asked = {
    ...Object.fromEntries(over.map(([key, before]) => [key, { ...before, over: true }])),
    ...open,
  };
  return { proposal, merged, asked, things: items.map((item) => ({ merge: proposal, item })) };
}

interface Outcome {
  merge: Merge;
  settled: boolean;
  /** The site's state is another than the mirror's. */
  moved: boolean;
  stale: boolean;
  refused: string | null;
  /** Keys whose decision took effect with this request. */
  effective: Decision[];
}

function outcomeOf(one: Merge, results: readonly Told<Thing>[]): Outcome {
  const own = results.filter(({ about }) => about.merge === one.proposal);
  const stale = own.some(({ outcome }) => outcome === 'stale');
  const bad = own.find(isRefused);
  const took = (kind: WriteBackItem['kind']) =>
    own.filter(({ about, outcome }) => about.item.kind === kind && outcome === 'stored');
  const askedNow = new Set(
    took('conflict').flatMap(({ about: { item } }) => (item.kind === 'conflict' ? [item.address.key] : [])),
  );
  const written = took('fields').length > 0;
  return {
    merge: one,
    settled: !stale && bad === undefined,
    moved: bad === undefined && own.some(({ about }) => about.item.kind === 'fields' || stale),
    stale,
    refused: bad === undefined ? null : (bad.code ?? 'site.failed'),
    effective: one.merged.decisions.filter(({ key, outcome }) =>
      outcome === 'asked' ? askedNow.has(key) : written,
    ),
  };
}

/** Our own writes raise no event: what we wrote is read again, and so is what another wrote meanwhile. */
function again({ merge: { proposal }, moved, stale }: Outcome, now: number): Touch[] {
  if (!moved) return [];
  const fetch = { ...fetchTouch(proposal.doctype, proposal.name, now), dueAt: now };
  return stale ? [fetch, proposalTouch(proposal, now + AGAIN_MS)] : [fetch];
}

function hashes(sealer: Sealer, { site, ai }: Decision): { site: string | null; ai: string } {
  return {
    site: site === null ? null : sealer.fingerprint(canonical(site)),
    ai: sealer.fingerprint(canonical(ai)),
  };
}

function decisionEntries(sealer: Sealer, { merge: { proposal }, effective }: Outcome): DecisionEntry[] {
  const { doctype, name, field } = proposal;
  return effective.map((decision) => ({
    direction: 'to_erpnext',
    doctype,
    document: sealer.fingerprint(name),
    field,
    key: decision.key,
    rule: decision.rule,
    outcome: decision.outcome,
    ...hashes(sealer, decision),
  }));
}
