/** Everything the site has about some pupils, in one request for each few of them. */
import { aboutPupilTouches, analyseTouch, fetchTouch } from '../due.ts';
import type { SnapshotPage, SnapshotQuestion } from '../erpnext/contract.ts';
import { AppError } from '../errors.ts';
import type { Session } from '../pairing.ts';
import { documentOf } from '../store/mirror/document.ts';
import { documentsLinkingTo } from '../store/mirror/documents.ts';
import type { MirrorShape } from '../store/mirror/shape.ts';
import { touch, type Claim } from '../store/work.ts';
import { pageAgain, shapeOf, storePages, type FetchTools, type Page } from './fetch.ts';

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
  const pages = await Promise.all(
    inChunks([...ofPupil.values()], PUPILS_AT_ONCE).map((some) =>
      askAboutPupils(tools, session, some.flat()),
    ),
  );
  await storePages(tools, session, claims, pages.flat());
}

async function askAboutPupils(tools: FetchTools, session: Session, claims: Claim[]): Promise<Page[]> {
  const kinds = [...Map.groupBy(claims, ({ kind }) => kind)].map(([doctype, own]) => ({
    shape: shapeOf(doctype),
    pupils: own.map(({ name }) => name),
  }));
  const [first, ...also] = kinds.map(({ shape: { doctype }, pupils }): SnapshotQuestion =>
    // Only who asks for a pupil by hand asks for the pupil's own record too.
    doctype === 'Student' ? { doctype, names: pupils } : { doctype, students: pupils },
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
    return shape.doctype === 'Student'
      ? pageAgain('sync', shape, pupils, page)
      : pageAboutPupils(tools.clock.now(), shape, pupils, page);
  });
}

function pageAboutPupils(now: number, shape: MirrorShape, students: string[], answer: SnapshotPage): Page {
  const documents = answer.rows.map((row) => documentOf(shape, row));
  const came = new Set(documents.map(({ name }) => name));
  return {
    shape,
    documents,
    gone: [],
    async also(tx) {
      const missing = (await documentsLinkingTo(tx, students, [shape])).filter(({ name }) => !came.has(name));
      await touch(
        tx,
        missing.map(({ doctype, name }) => fetchTouch(doctype, name, now)),
      );
      // That there are none is news too: until now nobody could say what was missing.
      if (shape.doctype === 'Assessment Result')
        await touch(
          tx,
          students.map((student) => analyseTouch({ kind: 'student', student }, now)),
        );
    },
  };
}

function inChunks<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}
