import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { Readiness } from '../timeline/readiness.ts';
import { healthRoutes } from './health.ts';
import { createMetrics } from './metrics.ts';
import { buildServer } from './server.ts';
import type { ServerOptions } from './server.ts';

const megabyte = 1024 * 1024;
const ready: Readiness = {
  ready: true,
  database: { ok: true },
  migrations: { ok: true },
  jobs: { ok: true },
  settings: { ok: true },
  failed_deliveries: 2,
};

let server: FastifyInstance | undefined;
let log: string[] = [];

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(
  routes: (instance: FastifyInstance) => void = () => undefined,
  slack: ServerOptions['slack'] = { closed: 'Slack is not configured: set SLACK_BOT_TOKEN.' },
): Promise<string> {
  log = [];
  const logger = pino({ level: 'debug' }, { write: (line) => void log.push(line) });
  server = buildServer({ logger, metrics: createMetrics(), slack });
  server.post('/echo', (request) => {
    const bytes = Buffer.isBuffer(request.body) ? request.body : null;
    return { bytes: bytes?.toString('hex') ?? null };
  });
  server.post('/large', { bodyLimit: 25 * megabyte }, (request) => ({
    length: Buffer.isBuffer(request.body) ? request.body.length : 0,
  }));
  server.post('/ingest/:source/:secret', () => ({}));
  server.get('/broken', () => {
    throw new Error('inner detail');
  });
  routes(server);
  return server.listen({ host: '127.0.0.1', port: 0 });
}

describe('buildServer', () => {
  it.each([
    ['application/json', '{"a":1}'],
    ['application/json; charset=utf-8', 'not json at all'],
    ['application/x-www-form-urlencoded', 'a=1&b=2'],
    ['text/plain', '\u0000'],
    ['application/cloudevents+json', '[]'],
  ])('hands over a body of type %s as the bytes that were sent', async (type, body) => {
    const url = await start();

    const response = await fetch(`${url}/echo`, { method: 'POST', headers: { 'content-type': type }, body });

    expect(await response.json()).toEqual({ bytes: Buffer.from(body).toString('hex') });
  });

  it('hands over a body without a type', async () => {
    const url = await start();

    const response = await fetch(`${url}/echo`, { method: 'POST', body: new Uint8Array([0xff, 0xfe]) });

    expect(await response.json()).toEqual({ bytes: 'fffe' });
  });

  it.each([
    ['/echo', 4 * megabyte, 200],
    ['/echo', 4 * megabyte + 1, 413],
    ['/large', 25 * megabyte, 200],
    ['/large', 25 * megabyte + 1, 413],
  ])('on %s answers %i bytes with %i', async (path, length, status) => {
    const url = await start();

    const response = await fetch(`${url}${path}`, { method: 'POST', body: Buffer.alloc(length) });

    expect(response.status).toBe(status);
  });

  it.each([
    ['says how much it sends', `content-length: ${32 * megabyte}`, (chunk: Buffer) => [chunk]],
    [
      'does not say how much it sends',
      'transfer-encoding: chunked',
      (chunk: Buffer) => [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n'],
    ],
  ])('lets a sender of too much read the answer that %s', async (_, header, framed) => {
    const url = await start();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.pause();

    socket.write(`POST /large HTTP/1.1\r\nhost: x\r\n${header}\r\n\r\n`);
    const chunk = Buffer.alloc(megabyte);
    for (let sent = 0; sent < 32; sent++) {
      for (const part of framed(chunk)) {
        await new Promise<void>((resolve, reject) => {
          socket.write(part, (error) => (error ? reject(error) : resolve()));
        });
      }
    }
    if (header.startsWith('transfer')) socket.write('0\r\n\r\n');
    const answer = await everything(socket);

    expect(answer).toMatch(/^HTTP\/1.1 413 [^]*\{"error":"The body is larger than 25 MB."\}$/);
  });

  it('refuses a compressed body', async () => {
    const url = await start();

    const response = await fetch(`${url}/echo`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
      body: gzipSync('{}'),
    });

    expect(response.status).toBe(415);
    expect(await response.json()).toEqual({ error: expect.stringContaining('no content encoding') });
  });

  it.each([
    ['GET', '/nothing', 404],
    ['GET', '/ingest/github', 404],
    ['GET', '/broken', 500],
    ['GET', '/%E0%A4%A', 400],
    ['POST', '/slack/events', 503],
  ])('answers %s %s with %i and one sentence', async (method, path, status) => {
    const url = await start();

    const response = await fetch(`${url}${path}`, { method });
    const body: unknown = await response.json();

    expect(response.status).toBe(status);
    expect(body).toEqual({ error: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(JSON.stringify(body)).not.toContain('inner detail');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('answers what is not HTTP', async () => {
    const url = await start();

    expect(await raw(url, 'hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [^]*"The request is not HTTP."/);
    expect(await raw(url, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
  });

  it('writes no secret from an address and no query into the log', async () => {
    const url = await start();

    await fetch(`${url}/ingest/sentry/hush-hush`, { method: 'POST' });
    await fetch(`${url}/nothing/hush-hush?q=hush-hush`);
    await fetch(`${url}/broken?q=hush-hush`);

    expect(log.join('')).toContain('/ingest/:source/:secret');
    expect(log.join('')).toContain('inner detail');
    expect(log.join('')).not.toContain('hush-hush');
  });

  it('hands what is for Slack over unread', async () => {
    const url = await start(undefined, {
      listener: (request, response) => {
        request.on('data', (chunk: Buffer) => response.write(chunk));
        request.on('end', () => response.end());
      },
    });

    const response = await fetch(`${url}/slack/events`, { method: 'POST', body: 'command=%2Fsince' });

    expect(await response.text()).toBe('command=%2Fsince');
  });

  it.each([
    [Object.assign(new Error('unhandled'), { code: 'slack_bolt_http_receiver_deferred_request_error' }), 404],
    [new Error('inner detail'), 500],
  ])('outlives a listener of Slack that throws %s', async (error, status) => {
    const url = await start(undefined, {
      listener: () => {
        throw error;
      },
    });

    expect((await fetch(`${url}/slack/install`)).status).toBe(status);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });

  it('finishes what it has begun before it closes, and takes nothing new', async () => {
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = () => undefined as void;
    const entered = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const url = await start((instance) => {
      instance.post('/slow', async () => {
        begun();
        await held;
        return { finished: true };
      });
    });
    const slow = fetch(`${url}/slow`, { method: 'POST' });
    await entered;

    const closed = server?.close();
    release();

    expect(await (await slow).json()).toEqual({ finished: true });
    await closed;
    await expect(fetch(`${url}/echo`, { method: 'POST' })).rejects.toThrow('fetch failed');
  });
});

describe('healthRoutes', () => {
  it.each([
    [ready, 200],
    [{ ...ready, ready: false, database: { ok: false, reason: 'the database does not answer' } }, 503],
  ])('tells operators how it is', async (state, status) => {
    const url = await start((instance) => {
      healthRoutes(instance, { readiness: () => Promise.resolve(state), metrics: createMetrics() });
    });

    const [alive, readiness, metrics] = await Promise.all(
      ['/healthz', '/readyz', '/metrics'].map((path) => fetch(`${url}${path}`)),
    );

    expect(await alive?.json()).toEqual({ alive: true });
    expect(readiness?.status).toBe(status);
    expect(await readiness?.json()).toEqual(state);
    const text = (await metrics?.text()) ?? '';
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).toContain('sincewhen_failed_deliveries 2');
    expect(text).toContain(`sincewhen_ready ${status === 200 ? 1 : 0}`);
  });
});

async function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(text);
  return everything(socket);
}

async function everything(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}
