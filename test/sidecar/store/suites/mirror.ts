/** The mirror: documents come back as they were sent, names of people do not lie open, the list may change. */
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { SnapshotRow } from '../../../../sidecar/erpnext/contract.ts';
import { documentOf, type MirrorDocument } from '../../../../sidecar/store/mirror/document.ts';
import {
  documentsLinkingTo,
  readDocuments,
  removeDocuments,
  storeDocuments,
  unseenNames,
} from '../../../../sidecar/store/mirror/documents.ts';
import {
  SHAPES,
  mirrorShape,
  prepareMirror,
  type MirrorShape,
} from '../../../../sidecar/store/mirror/shape.ts';
import type { Store } from '../../../../sidecar/store/open.ts';

export function shape(doctype: string): MirrorShape {
  const found = mirrorShape(doctype);
  if (found === undefined) throw new Error(doctype);
  return found;
}

export function document(
  doctype: string,
  name: string,
  values: Record<string, unknown> = {},
): MirrorDocument {
  const row: SnapshotRow = { name, modified: '2026-11-23 08:00:00', docstatus: 0, row_sum: 1 };
  return documentOf(shape(doctype), Object.assign(row, values));
}

const STRANGE_NAMES = [
  '😀'.repeat(140),
  `O'Brien "the quick"; drop table work; --`,
  '<script>alert(1)</script>',
  'ليلى حداد',
  'Müller\\n{}',
  'a\tb',
];

export function mirrorSuite(store: () => Store): void {
  describe('the mirror', () => {
    test('a document comes back as it was stored, child rows in their order', async () => {
      const group = document('Student Group', '8A', {
        academic_term: '2026-27 (Term 1)',
        disabled: 0,
        students: [
          { student: 'S-2', active: 1 },
          { student: 'S-1', active: 0 },
        ],
        instructors: [],
      });
      await storeDocuments(store().db, store().sealer, shape('Student Group'), [group], 1);
      const found = await readDocuments(store().db, shape('Student Group'), ['8A', '8B']);
      expect([...found.values()]).toMatchObject([group]);

      const smaller = document('Student Group', '8A', {
        students: [{ student: 'S-1', active: 1 }],
        instructors: [],
      });
      await storeDocuments(store().db, store().sealer, shape('Student Group'), [smaller], 1);
      expect((await readDocuments(store().db, shape('Student Group'), ['8A'])).get('8A')).toMatchObject(
        smaller,
      );
    });

    test('any name and text survives as it is', async () => {
      const documents = STRANGE_NAMES.map((name) => document('Course', name, { department: name }));
      await storeDocuments(store().db, store().sealer, shape('Course'), documents, 1);
      const found = await readDocuments(store().db, shape('Course'), STRANGE_NAMES);
      expect([...found.keys()].sort()).toEqual([...STRANGE_NAMES].sort());
      for (const each of documents) expect(found.get(each.name)).toMatchObject(each);
    });

    test('names that differ only in case or accents are two documents', async () => {
      const documents = ['Chemie', 'chemie', 'Chémie'].map((name) => document('Course', name));
      await storeDocuments(store().db, store().sealer, shape('Course'), documents, 1);
      expect((await readDocuments(store().db, shape('Course'), ['chemie'])).size).toBe(1);
    });

    test("a person's name cannot be read from the tables, nor moved to another row", async () => {
      const lina = document('Student', 'S-1', { student_name: 'Lina Haddad' });
      await storeDocuments(store().db, store().sealer, shape('Student'), [lina], 1);
      const rows = await sql<{ student_name: string }>`select student_name from mirror_student`.execute(
        store().db,
      );
      const sealed = rows.rows[0]?.student_name ?? '';
      expect(sealed).not.toContain('Lina');
      const place = { table: 'mirror_student', row: 'S-1', column: 'student_name' };
      expect(store().sealer.open(sealed, place)).toBe('Lina Haddad');
      expect(store().sealer.open(sealed, { ...place, row: 'S-2' })).toBeNull();
    });

    test('every document that links to a name is found, through child tables too', async () => {
      const { db, sealer } = store();
      await storeDocuments(
        db,
        sealer,
        shape('Student Attendance'),
        [
          document('Student Attendance', 'ATT-1', { student: 'S-1' }),
          document('Student Attendance', 'ATT-2', { student: 'S-2' }),
        ],
        1,
      );
      const group = document('Student Group', '8A', { students: [{ student: 'S-1', active: 1 }] });
      await storeDocuments(db, sealer, shape('Student Group'), [group], 1);
      const found = await documentsLinkingTo(db, ['S-1']);
      expect(found.map((each) => each.name).sort()).toEqual(['8A', 'ATT-1']);
      // Frappe rewrites a dynamic link as any other.
      const content = [{ content_type: 'Article', content: 'Slopes' }];
      await storeDocuments(
        db,
        sealer,
        shape('Topic'),
        [document('Topic', 'Lines', { topic_content: content })],
        1,
      );
      expect(await documentsLinkingTo(db, ['Slopes'])).toEqual([{ doctype: 'Topic', name: 'Lines' }]);
      expect(await documentsLinkingTo(db, [])).toEqual([]);
    });

    test('removed documents take their child rows along', async () => {
      const { db, sealer } = store();
      const group = document('Student Group', '8A', { students: [{ student: 'S-1', active: 1 }] });
      await storeDocuments(db, sealer, shape('Student Group'), [group], 1);
      await removeDocuments(db, shape('Student Group'), ['8A']);
      expect(await documentsLinkingTo(db, ['S-1'])).toEqual([]);
    });

    test('a load knows which documents it did not come across', async () => {
      const { db, sealer } = store();
      await storeDocuments(db, sealer, shape('Course'), [document('Course', 'old')], 1);
      await storeDocuments(db, sealer, shape('Course'), [document('Course', 'seen')], 2);
      expect(await unseenNames(db, shape('Course'), 2)).toEqual(['old']);
    });

    test('when the list of what is watched changes, the mirror is emptied and loaded again', async () => {
      const { db, sealer } = store();
      await storeDocuments(db, sealer, shape('Course'), [document('Course', 'Maths')], 1);
      await db.updateTable('state').set({ loaded: true, load: 4 }).execute();
      await prepareMirror(db);
      expect((await readDocuments(db, shape('Course'), ['Maths'])).size).toBe(1);

      await prepareMirror(db, SHAPES.slice(1));
      await prepareMirror(db, SHAPES);
      expect((await readDocuments(db, shape('Course'), ['Maths'])).size).toBe(0);
      const state = await db.selectFrom('state').select(['loaded', 'load']).executeTakeFirstOrThrow();
      expect(state).toEqual({ loaded: false, load: 6 });
    });
  });
}
