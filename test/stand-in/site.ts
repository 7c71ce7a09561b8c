/**
 * The stand-in site as a whole: its records, its side of the pairing, and who is told when something happens.
 * HTTP, the socket and the panels all work on this.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { SOON_EVENT, WAKE_EVENT, type Settings } from '../../sidecar/erpnext/contract.ts';
import { watchedDocType } from '../../sidecar/erpnext/watched.ts';
import { SiteClock } from './clock.ts';
import { Outbox } from './contract/outbox.ts';
import { Pairing } from './contract/pairing.ts';
import { dropFields } from './fields.ts';
import { Records } from './records.ts';
import { addDays } from './school/days.ts';

export interface SiteSettings extends Settings {
  show_to_students: boolean;
  show_to_guardians: boolean;
  /** Teaching figures, to Education Managers. */
  show_teaching: boolean;
  webhooks: boolean;
  /** Where this site reaches the sidecar, without a slash at the end. */
  sidecar_address: string;
}

/** One request of the contract as it was answered. */
export interface AnsweredCall {
  method: string;
  status: number;
  code: string | null;
  asked: unknown;
  answered: unknown;
}

/** A webhook as it was sent; the status is null where nothing answered. */
export interface Delivery {
  doctype: string;
  name: string;
  status: number | null;
}

export interface SiteOptions {
  /** The site's name, and the namespace of its socket. */
  name: string;
  clock: SiteClock;
}

export class Site {
  readonly name: string;
  readonly id = randomBytes(8).toString('hex');
  readonly clock: SiteClock;
  readonly records: Records;
  readonly outbox = new Outbox();
  readonly pairing = new Pairing();
  readonly deliveries: Delivery[] = [];
  readonly webhookSecret = randomBytes(32).toString('base64url');
  /** Told of each request of the contract, for whoever checks what a sidecar did. */
  onCall: (call: AnsweredCall) => void = () => undefined;
  /** Newest AI Insight of each address, current or withdrawn: `contract/insights.ts` keeps it. */
  readonly heads = new Map<string, string>();
  /** The AI's fields on ERPNext's documents, those that people edit too among them; a real site seals them. */
  readonly fields = new Map<string, { value: string; epoch: string; revision: number }>();
  /** Key and secret of the sidecar's user, and of an Administrator. */
  readonly keys = {
    sidecar: `${randomBytes(10).toString('hex')}:${randomBytes(20).toString('hex')}`,
    administrator: `${randomBytes(10).toString('hex')}:${randomBytes(20).toString('hex')}`,
  };
  settings: SiteSettings = {
    collect: true,
    show: true,
    show_to_students: true,
    show_to_guardians: false,
    show_teaching: false,
    webhooks: false,
    sidecar_address: '',
    attendance_watch_rate: 90,
    attendance_act_rate: 80,
    pass_mark: 50,
    minimum_group_size: 5,
  };
  /** Called when the sidecar should pull. */
  wake: (event?: typeof WAKE_EVENT | typeof SOON_EVENT) => void = () => undefined;
  /** Called with the room of an open panel when there is something new. */
  publish: (room: string) => void = () => undefined;
  readonly #channelKey = randomBytes(32);

  constructor({ name, clock }: SiteOptions) {
    this.name = name;
    this.clock = clock;
    this.records = new Records(clock);
    this.records.onChange((change) => {
      if (change.event === 'delete') dropFields(this, change.doctype, change.name);
      if (!this.settings.collect || watchedDocType(change.doctype) === undefined) return;
      this.outbox.add({ ...change, new_name: null });
      this.wake(watchedDocType(change.doctype)?.due_seconds === 0 ? WAKE_EVENT : SOON_EVENT);
    });
  }

  /** Pupils left out of the analysis. */
  excluded(): Set<string> {
    return new Set(
      this.records.all('AI Exclusion').map((document) => String(document.values['target_student'] ?? '')),
    );
  }

  /** What the sidecar is told of AI Settings. */
  settingsForSidecar(): Settings {
    const {
      show_to_students: _students,
      show_to_guardians: _guardians,
      show_teaching: _teaching,
      webhooks: _webhooks,
      sidecar_address: _address,
      ...told
    } = this.settings;
    return told;
  }

  /** A change without an event of its own, as an edit of a sealed field is. */
  noteChange(doctype: string, name: string): void {
    if (!this.settings.collect) return;
    this.outbox.add({ doctype, name, event: 'update', new_name: null });
    this.wake(SOON_EVENT);
  }

  /** The unguessable room of one panel on one day. */
  channel(doctype: string, name: string, day = this.clock.today()): string {
    return createHmac('sha256', this.#channelKey)
      .update(JSON.stringify([day, doctype, name]))
      .digest('hex');
  }

  /** Tells panels opened today, and those left open since yesterday. */
  tellPanels(doctype: string, names: Iterable<string>): void {
    const today = this.clock.today();
    for (const name of names) {
      for (const day of [today, addDays(today, -1)]) this.publish(this.channel(doctype, name, day));
    }
  }
}

/** The name under which a course's panel for one class listens. */
export function className(course: string, studentGroup: string, academicTerm: string): string {
  return JSON.stringify([course, studentGroup, academicTerm]);
}
