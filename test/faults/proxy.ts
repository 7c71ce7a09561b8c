/**
 * A TCP proxy before a site: it cuts connections, stops in the middle of an answer, lets nothing pass for a while,
 * or refuses everybody. HTTP and the socket both go through it; it knows nothing of either.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';

const HOST = '127.0.0.1';

export class Proxy {
  /** The site's address by way of this proxy; its host stays what it was, since sites look at it. */
  readonly url: string;
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #connections = new Set<Socket>();
  /** What is on its way waits for this. */
  #passing: Promise<unknown> = Promise.resolve();
  #cutNextAnswer = false;
  #refusing = false;

  private constructor(target: URL, server: Server, port: number) {
    this.#target = { host: target.hostname, port: Number(target.port || 80) };
    this.#server = server;
    this.url = `${target.protocol}//${target.hostname}:${port}`;
    server.on('connection', (client) => void this.#carry(client));
  }

  static async start(target: string): Promise<Proxy> {
    const server = createServer().listen(0, HOST);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port to listen on');
    return new Proxy(new URL(target), server, address.port);
  }

  /** Every connection there is, whatever is on its way in it. */
  cut(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  /** Half of the next piece of an answer still arrives. */
  cutNextAnswer(): void {
    this.#cutNextAnswer = true;
  }

  /** Connections stay open and nothing passes. */
  stall(ms: number): void {
    this.#passing = pause(ms);
  }

  async refuse(ms: number): Promise<void> {
    this.#refusing = true;
    this.cut();
    await pause(ms);
    this.#refusing = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #carry(client: Socket): Promise<void> {
    if (this.#refusing) {
      client.destroy();
      return;
    }
    const site = connect(this.#target);
    const ends = [client, site];
    for (const end of ends) this.#connections.add(end);
    const [question, answer] = [this.#way(() => false), this.#way(() => this.#cutNextAnswer)];
    // Whoever ends it, and however: a connection that was cut is what this is for.
    await Promise.allSettled([pipeline(client, question, site), pipeline(site, answer, client)]);
    for (const end of ends) this.#connections.delete(end.destroy());
  }

  #way(isCut: () => boolean) {
    return async function* (this: Proxy, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const piece of pieces) {
        await this.#passing;
        if (isCut()) {
          this.#cutNextAnswer = false;
          setImmediate(() => this.cut());
          yield piece.subarray(0, piece.length / 2);
        } else yield piece;
      }
    }.bind(this);
  }
}
