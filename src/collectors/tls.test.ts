import { createServer as createPlainServer } from 'node:net';
import { type Server, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../test/certificate.ts';
import { collect, factsIn } from '../../test/collect.ts';
import { listening } from '../../test/listening.ts';
import { tls } from './tls.ts';

let server: Server;
let place: string;
beforeAll(async () => {
  server = createServer(
    selfSigned('shop.example.com', ['www.example.com', 'localhost'], new Date('2040-05-06T12:00:00Z')),
  );
  place = `127.0.0.1:${await listening(server)}`;
});
afterAll(() => server.close());

describe('a server with a certificate', () => {
  it('shows whose it is, for which names, until when and whether it is trusted', async () => {
    const result = await collect(tls, { options: { hosts: `shop=${place}` }, service: 'shop' });

    expect(factsIn(result)).toEqual({
      'network tls shop:subject': 'CN=shop.example.com, O=Acme Test',
      'network tls shop:issuer': 'CN=shop.example.com, O=Acme Test',
      'network tls shop:names': ['DNS:localhost', 'DNS:www.example.com', 'IP Address:127.0.0.1'],
      'network tls shop:expires': '2040-05-06',
      'network tls shop:protocol': 'TLSv1.3',
      'network tls shop:key': 'EC prime256v1',
      'network tls shop:trusted': 'no: DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(result).toMatchObject({ complete: true });
  });

  it('is seen beside one that is down', async () => {
    const result = await collect(tls, { options: { hosts: `${place}, 127.0.0.1:1` } });

    expect(result).toMatchObject({ outcome: 'seen', complete: false, notSeen: ['127.0.0.1:1: ECONNREFUSED'] });
    expect(Object.keys(factsIn(result))).toContain(`network tls ${place}:expires`);
  });
});

describe('what shows no certificate', () => {
  it('fails, whatever it says instead', async () => {
    const plain = createPlainServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('220 mail.example.com ESMTP\r\n');
    });
    const port = await listening(plain);

    expect(await collect(tls, { options: { hosts: `127.0.0.1:${port}` } })).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^no certificate was shown: 127\.0\.0\.1:\d+: ERR_SSL_/),
    });
    plain.close();
  });

  it('is given up when it is asked to be', async () => {
    const mute = createPlainServer();
    const port = await listening(mute);
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 50);

    expect(await collect(tls, { options: { hosts: `127.0.0.1:${port}` }, signal: ending.signal })).toMatchObject({
      outcome: 'failed',
      reason: `no certificate was shown: 127.0.0.1:${port}: stopped`,
    });
    mute.close();
  });

  it.each([
    [{}, 'which hosts? --set hosts=shop=shop.example.com:443'],
    [{ hosts: 'shop:http' }, 'shop:http is no host and port: shop.example.com:443'],
    [{ hosts: 'shop:70000' }, 'shop:70000 is no host and port: shop.example.com:443'],
  ])('%j fails: %s', async (options, reason) => {
    expect(await collect(tls, { options })).toEqual({ outcome: 'failed', reason });
  });
});
