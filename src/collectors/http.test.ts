import { type RequestListener, createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../test/certificate.ts';
import { collect, factsIn } from '../../test/collect.ts';
import { listening } from '../../test/listening.ts';
import { http } from './http.ts';

const certificate = selfSigned('shop.example.com', ['localhost'], new Date('2099-01-01T00:00:00Z'));
const asked: string[] = [];

const answer: RequestListener = (request, response) => {
  asked.push(request.url ?? '');
  const { pathname } = new URL(request.url ?? '', 'http://shop');
  response.setHeader('x-request-id', String(Math.random()));
  response.setHeader('set-cookie', [
    `session=${Math.random()}; Path=/; HttpOnly; Expires=Fri, 01 Jan 2027 00:00:00 GMT`,
  ]);
  response.setHeader('content-security-policy', `script-src 'nonce-${Math.random()}'`);
  response.setHeader('strict-transport-security', 'max-age=31536000');
  response.setHeader('x-version', '1.42.0');
  if (pathname === '/silent') return;
  if (pathname === '/moved') response.writeHead(302, { location: '/version' }).end();
  else if (pathname === '/broken') response.writeHead(503).end('no');
  else if (pathname === '/large') response.end('x'.repeat(3_000_000));
  else if (pathname === '/text') response.end('1.42.0');
  else response.setHeader('content-type', 'application/json').end('{"build":{"images":[{"tag":"v1.42.0"}]}}');
};

const server = createServer(certificate, answer);
const plain = createPlainServer(answer);
let base: string;
let plainBase: string;
beforeAll(async () => {
  base = `https://127.0.0.1:${await listening(server)}`;
  plainBase = `http://127.0.0.1:${await listening(plain)}`;
});
afterAll(() => {
  for (const each of [server, plain]) {
    each.closeAllConnections();
    each.close();
  }
});

const files = { 'authority.pem': certificate.cert };

describe('an address', () => {
  it('tells the version that answers, its health and the headers that stay', async () => {
    const options = { urls: `${base}/version?x=1`, 'version-path': '$.build.images[0].tag' };
    const result = await collect(http, { options, files, service: 'shop' });

    expect(factsIn(result)).toEqual({
      'health http /version': 'ok',
      'network http /version:status': 200,
      'network http /version:header content-security-policy': `script-src 'nonce-…'`,
      'network http /version:header content-type': 'application/json',
      'network http /version:header strict-transport-security': 'max-age=31536000',
      'network http /version:header x-version': '1.42.0',
      'network http /version:cookies': ['session; HttpOnly; Path=/'],
      'version version': 'v1.42.0',
    });
    expect(result).toMatchObject({ complete: true, notSeen: [] });
    expect(await collect(http, { options, files, service: 'shop' })).toEqual(result);
  });

  it('tells its version in a header too', async () => {
    const options = { urls: `shop=${plainBase}/text`, 'version-header': 'X-Version' };

    expect(factsIn(await collect(http, { options }))).toMatchObject({
      'version version': '1.42.0',
      'health http shop': 'ok',
    });
  });

  it('is told apart from others by its label', async () => {
    const options = { urls: `a=${plainBase}/text b=${plainBase}/version`, 'version-header': 'x-version' };

    expect(factsIn(await collect(http, { options }))).toMatchObject({
      'version a:version': '1.42.0',
      'version b:version': '1.42.0',
      'network http b:header content-type': 'application/json',
    });
  });

  it('that leads elsewhere is not followed', async () => {
    asked.length = 0;
    const facts = factsIn(await collect(http, { options: { urls: `${plainBase}/moved` } }));

    expect(facts).toMatchObject({
      'network http /moved:status': 302,
      'network http /moved:header location': '/version',
    });
    expect(asked).toEqual(['/moved']);
  });

  it('that answers an error is not well, and tells no version', async () => {
    const options = { urls: `${plainBase}/broken`, 'version-path': '$.version' };
    const result = await collect(http, { options });

    expect(factsIn(result)).toMatchObject({ 'health http /broken': 'failed', 'network http /broken:status': 503 });
    expect(result).toMatchObject({ complete: false, notSeen: [`version of ${plainBase}/broken: the answer is 503`] });
  });

  it('that does not answer is not well', async () => {
    expect(await collect(http, { options: { urls: 'shop=http://127.0.0.1:1/' } })).toMatchObject({
      facts: [{ facet: 'health', key: 'http shop', value: 'failed' }],
      complete: false,
      notSeen: [expect.stringContaining('ECONNREFUSED')],
    });
  });

  it('is not well when this machine does not trust it', async () => {
    expect(await collect(http, { options: { urls: `${base}/version` } })).toMatchObject({
      facts: [{ facet: 'health', value: 'failed' }],
      notSeen: [expect.stringMatching(/self-signed certificate/)],
    });
  });

  it.each([
    ['/text', 'the answer is no JSON'],
    ['/large', 'the answer is longer than 1 MB'],
    ['/version', 'nothing at $.version'],
  ])('%s tells no version: %s', async (path, why) => {
    const options = { urls: `${plainBase}${path}`, 'version-path': '$.version' };

    expect(await collect(http, { options })).toMatchObject({
      outcome: 'seen',
      complete: false,
      notSeen: [`version of ${plainBase}${path}: ${why}`],
    });
  });
});

describe('what cannot be asked', () => {
  it('is no state of the address', async () => {
    expect(await collect(http, { options: { urls: 'http://me:hush@shop.invalid/' } })).toEqual({
      outcome: 'failed',
      reason: expect.stringMatching(/^no address could be asked: http:\/\/shop\.invalid\/: /),
    });
  });

  it('is given up when it is asked to be', async () => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 50);
    const options = { urls: `${plainBase}/silent` };

    expect(await collect(http, { options, signal: ending.signal })).toMatchObject({ outcome: 'failed' });
  });

  it('would have the name of another', async () => {
    expect(await collect(http, { options: { urls: `${base}/ ${plainBase}/` } })).toEqual({
      outcome: 'failed',
      reason: 'two of them are called /: give each a label of its own, shop=…',
    });
  });

  it.each([
    [{}, 'which addresses? --set urls=shop=https://…/version'],
    [{ urls: 'file:///etc/passwd' }, 'file:///etc/passwd is no address of the web: https://…'],
  ])('%j fails: %s', async (options, reason) => {
    expect(await collect(http, { options })).toEqual({ outcome: 'failed', reason });
  });
});
