/** Who is at the school: families with their children, spread over classes. No records about them yet. */
import curriculum from '../../../fixtures/school/curriculum.json' with { type: 'json' };
import cultures from '../../../fixtures/school/names.json' with { type: 'json' };
import planted from '../../../fixtures/school/planted.json' with { type: 'json' };
import type { Calendar } from './calendar.ts';
import { random } from './random.ts';

export interface Guardian {
  name: string;
  fullName: string;
  relation: 'Mother' | 'Father' | 'Others';
}

export interface Pupil {
  name: string;
  index: number;
  firstName: string;
  lastName: string;
  fullName: string;
  /** Of one pupil in twenty nothing is entered. It has no bearing on anything else. */
  gender: string | null;
  joined: string;
  /** The pattern of a pupil whose insights are known beforehand; null for the others. */
  pattern: string | null;
  guardians: Guardian[];
}

export interface SchoolClass {
  index: number;
  name: string;
  grade: string;
  pupils: Pupil[];
}

const CLASS_SIZE = 25;
const NEW_PUPIL_DAYS = 6;

export interface SchoolSize {
  students: number;
  seed: number;
  today: string;
}

export function schoolClasses(size: SchoolSize, calendar: Calendar): SchoolClass[] {
  const families = new Families(size);
  const classes = Array.from({ length: Math.max(1, Math.round(size.students / CLASS_SIZE)) }, (_, index) =>
    emptyClass(index),
  );
  for (let index = 0; index < size.students; index++) {
    const known = planted[index];
    const family = known === undefined ? families.any(index) : families.named(known.last_name);
    const firstName = known?.first_name ?? families.firstName(family, index);
    const home = known === undefined ? smallest(classes) : classes[0];
    home?.pupils.push({
      name: `EDU-STU-${size.today.slice(0, 4)}-${String(index + 1).padStart(5, '0')}`,
      index,
      firstName,
      lastName: family.lastName,
      fullName: `${firstName} ${family.lastName}`,
      gender: genderOf(size.seed, index),
      joined:
        known?.pattern === 'new' ? newPupilsFirstDay(calendar) : (calendar.terms[0]?.from ?? size.today),
      pattern: known?.pattern ?? null,
      guardians: family.guardians,
    });
  }
  return classes;
}

function genderOf(seed: number, index: number): string | null {
  const chance = random(seed, 'gender', index);
  return chance.chance(0.05) ? null : chance.pick(['Female', 'Male']);
}

function smallest(classes: SchoolClass[]): SchoolClass | undefined {
  return classes.reduce<SchoolClass | undefined>(
    (least, home) => (least === undefined || home.pupils.length < least.pupils.length ? home : least),
    undefined,
  );
}

function emptyClass(index: number): SchoolClass {
  const grade = curriculum.grades[index % curriculum.grades.length] ?? '';
  const section = String.fromCharCode(65 + Math.floor(index / curriculum.grades.length));
  return { index, grade, name: `${grade.replace(/\D+/, '')}${section}`, pupils: [] };
}

function newPupilsFirstDay(calendar: Calendar): string {
  return calendar.schoolDays.at(-NEW_PUPIL_DAYS)?.date ?? calendar.year.from;
}

interface Family {
  lastName: string;
  given: readonly string[];
  children: number;
  guardians: Guardian[];
}

/** Families as they are met: about one pupil in five has a brother or sister who came before. */
class Families {
  readonly #size: SchoolSize;
  readonly #met: Family[] = [];
  readonly #taken = new Set(planted.map((known) => `${known.first_name} ${known.last_name}`));
  #guardians = 0;

  constructor(size: SchoolSize) {
    this.#size = size;
  }

  named(lastName: string): Family {
    // not remembered: a known pupil has no brother or sister, so that what is said about one stays about one
    const culture = random(this.#size.seed, 'family', lastName).pick(cultures);
    return { lastName, given: culture.given, children: 1, guardians: this.#parents(lastName, culture.given) };
  }

  any(index: number): Family {
    const chance = random(this.#size.seed, 'family', index);
    const open = this.#met.filter((family) => family.children < 3);
    if (open.length > 0 && chance.chance(0.22)) {
      const family = chance.pick(open);
      family.children += 1;
      return family;
    }
    const culture = chance.pick(cultures);
    const lastName = chance.pick(culture.family);
    const parents = this.#parents(lastName, culture.given);
    const family = { lastName, given: culture.given, children: 1, guardians: parents };
    this.#met.push(family);
    return family;
  }

  /** A first name that makes a full name nobody else has; a second first name where all are taken. */
  firstName(family: Family, index: number): string {
    const chance = random(this.#size.seed, 'first name', index);
    let name = chance.pick(family.given);
    for (let tries = 0; this.#taken.has(`${name} ${family.lastName}`); tries++) {
      name = tries < 20 ? chance.pick(family.given) : `${name} ${chance.pick(family.given)}`;
    }
    this.#taken.add(`${name} ${family.lastName}`);
    return name;
  }

  #parents(lastName: string, given: readonly string[]): Guardian[] {
    const chance = random(this.#size.seed, 'parents', this.#guardians);
    const relations = chance.chance(0.75)
      ? (['Mother', 'Father'] as const)
      : ([chance.chance(0.85) ? 'Mother' : 'Others'] as const);
    return relations.map((relation) => {
      this.#guardians += 1;
      const number = String(this.#guardians).padStart(5, '0');
      return {
        name: `EDU-GRD-${this.#size.today.slice(0, 4)}-${number}`,
        fullName: `${chance.pick(given)} ${lastName}`,
        relation,
      };
    });
  }
}
