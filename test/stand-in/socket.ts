/**
 * The stand-in's realtime server: the site's name as namespace, the same checks as Frappe's, the sidecar user's
 * own room, and task rooms for open panels.
 */
import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { WAKE_EVENT } from '../../sidecar/erpnext/contract.ts';
import { callerOf, SIDECAR_USER, type Sessions } from './http.ts';
import type { Site } from './site.ts';

const PANEL_EVENT = 'education_ai_insight';
const userRoom = `user:${SIDECAR_USER}`;

/** Connects the site's wake-ups and panel rooms to a socket on this server; call the result to close it. */
export function attachSocket(site: Site, sessions: Sessions, server: HttpServer): () => Promise<void> {
  const io = new Server(server, { serveClient: false });
  const namespace = io.of(`/${site.name}`);
  namespace.use((socket, next) => {
    const { origin, host, authorization, cookie } = socket.request.headers;
    if (origin === undefined || new URL(origin).hostname !== host?.replace(/:\d+$/, '')) {
      next(new Error('Invalid origin'));
      return;
    }
    if (authorization === undefined && cookie === undefined) {
      next(new Error('Missing cookie and authorization header. Either one needed for authentication.'));
      return;
    }
    const sid = /(?:^|;\s*)sid=([^;]+)/.exec(cookie ?? '')?.[1];
    const caller = callerOf(site, sessions, authorization, sid);
    if (caller === null) {
      next(new Error('Unauthorized: Error: Unauthorized'));
      return;
    }
    if (caller === 'sidecar') void socket.join(userRoom);
    next();
  });
  namespace.on('connection', (socket) => {
    socket.on('task_subscribe', (task: unknown) => void socket.join(taskRoom(task)));
    socket.on('task_unsubscribe', (task: unknown) => void socket.leave(taskRoom(task)));
  });
  site.wake = (event = WAKE_EVENT) => namespace.to(userRoom).emit(event, {});
  site.publish = (room) => namespace.to(taskRoom(room)).emit(PANEL_EVENT, { task_id: room });
  return () => io.close();
}

function taskRoom(task: unknown): string {
  return `task_progress:${String(task)}`;
}
