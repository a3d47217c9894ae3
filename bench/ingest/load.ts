import { once } from 'node:events';
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { signedPushes } from './pushes.ts';

export interface Load {
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  readonly connections: number;
  readonly deliveries: number;
  /** Keeps the commits of one run apart from those of another. */
  readonly run: number;
}

export interface Loaded {
  readonly seconds: number;
  /** Milliseconds from the first byte written to the whole answer read, one for each delivery. */
  readonly latencies: readonly number[];
  readonly refused: number;
}

/**
 * Speaks HTTP/1.1 over bare sockets with requests made beforehand: an HTTP client would take as much of the two cores
 * as the server under test and make every server look alike.
 */
async function load({ port, path, secret, connections, deliveries, run }: Load): Promise<Loaded> {
  const requests = signedPushes({ secret, count: deliveries, run }).map(({ headers, body }) => {
    const head = [`POST ${path} HTTP/1.1`, 'host: 127.0.0.1', `content-length: ${body.length}`];
    for (const [name, value] of Object.entries(headers)) head.push(`${name}: ${value}`);
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
  });
  const latencies: number[] = [];
  let next = 0;
  let refused = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        const sent = performance.now();
        socket.write(request);
        const status = await response(socket);
        latencies.push(performance.now() - sent);
        if (status !== 202) refused += 1;
      }
      socket.destroy();
    }),
  );
  return { seconds: (performance.now() - begun) / 1000, latencies, refused };
}

async function response(socket: ReturnType<typeof connect>): Promise<number> {
  let text = '';
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end === -1) continue;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
    if (text.length >= end + 4 + length) return Number(text.slice(9, 12));
  }
}

const Input = z.object({
  port: z.number(),
  path: z.string(),
  secret: z.string(),
  connections: z.number(),
  deliveries: z.number(),
  run: z.number(),
});

parentPort?.postMessage(await load(Input.parse(workerData)));
