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
  await Promise.all(Array.from({ length: connections }, () => connection()));
  return { seconds: (performance.now() - begun) / 1000, latencies, refused };

  /** One request after the other; callbacks and not promises, which would cost as much as the rest. */
  function connection(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let sent = 0;
      const send = () => {
        const request = requests[next++];
        if (request === undefined) {
          socket.destroy();
          resolve();
          return;
        }
        sent = performance.now();
        socket.write(request);
      };
      socket.on('connect', send);
      socket.on('error', reject);
      // An answer is small and comes in one piece; every server under test ends it at once.
      socket.on('data', (answer: Buffer) => {
        latencies.push(performance.now() - sent);
        if (answer.toString('latin1', 9, 12) !== '202') refused += 1;
        send();
      });
    });
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
