import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { askEndpoint, versionIn } from './ask-endpoint.ts';

const servers: Server[] = [];

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (url: string) => askEndpoint(url, new AbortController().signal, { patience: 400, bytes: 1024 });

describe('an address of a service', () => {
  it('answers with its text, also where it leads to another path of its host', async () => {
    const url = await serving((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/version' }).end();
      else response.end('1.42.0\n');
    });
    expect(await ask(`${url}/`)).toEqual({ outcome: 'answered', text: '1.42.0\n' });
  });

  it('is followed to no other host, and not without end', async () => {
    let asked = 0;
    const other = await serving((_request, response) => {
      asked += 1;
      response.end('secret');
    });
    const away = await serving((_request, response) => response.writeHead(302, { location: other }).end());
    expect(await ask(away)).toEqual({ outcome: 'problem', problem: 'redirects to another host' });
    expect(asked).toBe(0);
    const around = await serving((_request, response) => response.writeHead(302, { location: '/' }).end());
    expect(await ask(around)).toEqual({ outcome: 'problem', problem: 'redirects without end' });
  });

  it.each<readonly [string, RequestListener, string]>([
    ['an error', (_request, response) => response.writeHead(503).end('down'), 'answers 503'],
    ['too much', (_request, response) => response.end('x'.repeat(5000)), 'answers more than 1 kB'],
    ['nothing', () => undefined, 'gave no answer within 0.4 s'],
    ['half of it', (_request, response) => void response.write('1.4'), 'gave no answer within 0.4 s'],
    ['a hang-up', (request) => request.socket.destroy(), 'does not answer'],
  ])('may answer with %s', async (_, listener, problem) => {
    expect(await ask(await serving(listener))).toEqual({ outcome: 'problem', problem });
  });
});

it.each<readonly [string, string | null, string | null]>([
  ['1.42.0\n', null, '1.42.0'],
  ['<html>', null, null],
  ['', null, null],
  ['{"version":"1.42.0"}', '$.version', '1.42.0'],
  ['{"build":[{"number":7}]}', '$.build[0].number', '7'],
  ['{"version":null}', '$.version', null],
  ['{"version":{"a":1}}', '$.version', null],
  ['{}', '$.__proto__', null],
  ['{}', '$.constructor.name', null],
  ['not JSON', '$.version', null],
])('the version in %j at %s is %s', (text, path, version) => {
  expect(versionIn(text, path)).toBe(version);
});
