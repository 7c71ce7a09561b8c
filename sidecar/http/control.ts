/** What the command line asks of a running sidecar, on the address that `/health` is on; for holders of the key alone. */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { timingSafeEqual } from 'node:crypto';
import { bearerAuth } from 'hono/bearer-auth';
import { deskOf, write, Written, type HandTools } from '../by-hand.ts';
import { controlKey, Order, outcome, Outcome, place, Progress, tryAgain } from '../control.ts';
import { Entry } from '../erpnext/entries.ts';
import { courseSchedule, studentBatch, STUDENTS_AT_ONCE } from '../erpnext/operations.ts';
import { LessonFilter, LessonRow, StudentBatch } from '../erpnext/records.ts';
import { dumpBackup } from '../store/backup.ts';
import { deadWork } from '../store/work.ts';

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });
const body = <T extends z.ZodType>(schema: T) => ({ content: json(schema), required: true });

const DeadList = z.array(
  z.object({ kind: z.string(), name: z.string(), code: z.string(), check: z.string() }),
);

const orderRoute = createRoute({
  method: 'post',
  path: '/order',
  request: { body: body(Order) },
  responses: { 202: { description: 'It is work now, and outlives a kill', content: json(z.object({})) } },
});
const progressRoute = createRoute({
  method: 'post',
  path: '/progress',
  request: { body: body(Order) },
  responses: { 200: { description: 'How far the order is', content: json(Progress) } },
});
const outcomeRoute = createRoute({
  method: 'post',
  path: '/outcome',
  request: { body: body(z.object({ names: z.array(z.string()) })) },
  responses: { 200: { description: 'For which pupils it went well', content: json(Outcome) } },
});
const deadRoute = createRoute({
  method: 'get',
  path: '/dead',
  responses: { 200: { description: 'Work that was given up', content: json(DeadList) } },
});
const redriveRoute = createRoute({
  method: 'post',
  path: '/redrive',
  responses: {
    200: { description: 'All of it is tried again', content: json(z.object({ tried: z.int() })) },
  },
});

const backupRoute = createRoute({
  method: 'get',
  path: '/backup',
  responses: {
    200: {
      description: 'What a first load cannot bring back, encrypted',
      content: { 'application/octet-stream': { schema: z.string() } },
    },
  },
});

const studentsRoute = createRoute({
  method: 'post',
  path: '/students',
  request: {
    body: body(z.object({ names: z.array(z.string()).max(STUDENTS_AT_ONCE), year: z.string().nullable() })),
  },
  responses: { 200: { description: 'What the site has about these pupils', content: json(StudentBatch) } },
});
const scheduleRoute = createRoute({
  method: 'post',
  path: '/schedule',
  request: { body: body(LessonFilter) },
  responses: { 200: { description: 'Lessons in the order of time', content: json(z.array(LessonRow)) } },
});
const writeRoute = createRoute({
  method: 'post',
  path: '/write',
  request: { body: body(Entry) },
  responses: { 200: { description: 'The word of the site on it', content: json(Written) } },
});

export type ControlRoutes = ReturnType<typeof createControl>;

/** `placed` and `wake`: told of an order and of other work, so that it begins at once. `progress` answers when there is news, or soon. */
export function createControl(
  tools: HandTools & {
    sealingKey: Buffer;
    progress(order: Order): Promise<Progress>;
    placed(): void;
    wake(): void;
  },
) {
  const { store, clock } = tools;
  const expected = Buffer.from(controlKey(tools.sealingKey));
  const app = new OpenAPIHono({
    // What was sent is not repeated: it may hold a pupil's name.
    defaultHook: (result, context) =>
      result.success ? undefined : context.json({ code: 'request.invalid' }, 422),
  });
  app.use(
    bearerAuth({
      verifyToken: (token) =>
        token.length === expected.length && timingSafeEqual(Buffer.from(token), expected),
    }),
  );
  return app
    .openapi(backupRoute, async (context) => {
      const file = await dumpBackup(store, tools.sealingKey);
      return context.body(new Uint8Array(file), 200, { 'content-type': 'application/octet-stream' });
    })
    .openapi(orderRoute, async (context) => {
      await place(store, context.req.valid('json'), clock.now());
      tools.placed();
      return context.json({}, 202);
    })
    .openapi(progressRoute, async (context) =>
      context.json(await tools.progress(context.req.valid('json')), 200),
    )
    .openapi(outcomeRoute, async (context) =>
      context.json(await outcome(store, context.req.valid('json').names), 200),
    )
    .openapi(studentsRoute, async (context) => {
      const { names, year } = context.req.valid('json');
      return context.json(await studentBatch(deskOf(tools), names, year), 200);
    })
    .openapi(scheduleRoute, async (context) =>
      context.json(await courseSchedule(deskOf(tools), context.req.valid('json')), 200),
    )
    .openapi(writeRoute, async (context) => {
      const written = await write(tools, context.req.valid('json'));
      tools.wake();
      return context.json(written, 200);
    })
    .openapi(deadRoute, async (context) => context.json(await deadWork(store.db), 200))
    .openapi(redriveRoute, async (context) => {
      const tried = await tryAgain(store, clock.now());
      tools.wake();
      return context.json({ tried }, 200);
    });
}
