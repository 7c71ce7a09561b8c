/** Everything the site has about some pupils, in one request for each few of them. */
import { aboutPupilTouches, analyseTouch, fetchTouch } from '../due.ts';
import type { SnapshotQuestion } from '../erpnext/contract.ts';
import { AppError } from '../errors.ts';
import type { Session } from '../pairing.ts';
import { documentOf } from '../store/mirror/document.ts';
import { documentsLinkingTo } from '../store/mirror/documents.ts';
import type { DocumentName } from '../store/proposals.ts';
import type { Db } from '../store/tables.ts';
import { touch, type Claim } from '../store/work.ts';
import { pageAgain, shapeOf, storePages, type FetchTools, type Page } from './fetch.ts';

const PUPIL = 'Student';
/** Everything about so many pupils is one request: the site caps an answer at about 5,000 rows of a kind. */
const PUPILS_AT_ONCE = 5;
/** Pieces of such work taken together: two requests at once, as many as the site is asked, with the pupils' own records. */
export const ABOUT_PUPILS_AT_ONCE = 2 * PUPILS_AT_ONCE * (1 + aboutPupilTouches('', 0).length);

/**
 * Documents about these pupils, whatever their names: a pupil who is new to the mirror may have been left out until
 * now, and the records that come back with the pupil raise no events of their own. What the mirror holds about them
 * and did not come is asked for by name: it may have gone with the pupil.
 *
 * All kinds come in one request and are stored together: no document is of two kinds, so none can overwrite a newer
 * one.
 */
export async function fetchAboutPupils(tools: FetchTools, session: Session, claims: Claim[]): Promise<void> {
  const ofPupil = Map.groupBy(claims, ({ name }) => name);
  const answers = await Promise.all(
    inChunks([...ofPupil.values()], PUPILS_AT_ONCE).map((some) =>
      askAboutPupils(tools, session, some.flat()),
    ),
  );
  const pages = answers.flat();
  await storePages(tools, session, claims, pages, async (tx) => {
    const now = tools.clock.now();
    await touch(tx, [
      ...(await missing(tx, [...ofPupil.keys()], pages)).map(({ doctype, name }) =>
        fetchTouch(doctype, name, now),
      ),
      // That there are no results is news too: until now nobody could say what was missing.
      ...claims
        .filter(({ kind }) => kind === 'Assessment Result')
        .map(({ name }) => analyseTouch({ kind: 'student', student: name }, now)),
    ]);
  });
}

async function askAboutPupils(tools: FetchTools, session: Session, claims: Claim[]): Promise<Page[]> {
  const kinds = [...Map.groupBy(claims, ({ kind }) => kind)].map(([doctype, own]) => ({
    shape: shapeOf(doctype),
    pupils: own.map(({ name }) => name),
  }));
  const [first, ...also] = kinds.map(({ shape: { doctype }, pupils }): SnapshotQuestion =>
    // Only who asks for a pupil by hand asks for the pupil's own record too.
    doctype === PUPIL ? { doctype, names: pupils } : { doctype, students: pupils },
  );
  if (first === undefined) return [];
  const { also: others = [], ...answer } = await tools.site.snapshot({
    epoch: session.epoch,
    ...first,
    ...(also.length > 0 ? { also } : {}),
  });
  const answers = [answer, ...others];
  return kinds.map(({ shape, pupils }, place) => {
    const page = answers[place];
    if (page?.doctype !== shape.doctype)
      throw new AppError('site.malformed', { detail: `no answer about ${shape.doctype}` });
    return shape.doctype === PUPIL
      ? pageAgain('sync', shape, pupils, page)
      : { shape, documents: page.rows.map((row) => documentOf(shape, row)), gone: [] };
  });
}

/** What the mirror holds about these pupils, of the kinds that were asked for, and did not come. */
async function missing(tx: Db, students: string[], pages: readonly Page[]): Promise<DocumentName[]> {
  const came = new Set(
    pages.flatMap(({ shape, documents }) => documents.map(({ name }) => keyOf(shape.doctype, name))),
  );
  const shapes = new Set(pages.map(({ shape }) => shape).filter(({ doctype }) => doctype !== PUPIL));
  const held = await documentsLinkingTo(tx, students, [...shapes]);
  return held.filter(({ doctype, name }) => !came.has(keyOf(doctype, name)));
}

const keyOf = (doctype: string, name: string) => JSON.stringify([doctype, name]);

function inChunks<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}
