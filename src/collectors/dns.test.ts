import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, factsIn } from '../../test/collect.ts';
import { type DnsServer, dnsName, startDnsServer } from '../../test/dns-server.ts';
import { dns } from './dns.ts';

let server: DnsServer;
beforeAll(async () => {
  const text = Buffer.from('v=spf1 -all');
  server = await startDnsServer({
    'A shop.example.com': [Buffer.from([10, 0, 0, 9]), Buffer.from([10, 0, 0, 2])],
    'CNAME www.example.com': [dnsName('shop.example.com')],
    'MX shop.example.com': [Buffer.concat([Buffer.from([0, 10]), dnsName('mail.example.com')])],
    'TXT shop.example.com': [Buffer.concat([Buffer.from([text.length]), text])],
    'A closed.example.com': 'refused',
    'A mute.example.com': 'silent',
  });
});
afterAll(() => server.stop());

describe('names', () => {
  it('resolve to sets, in one order, under the label that they are given', async () => {
    const options = { names: 'shop=shop.example.com', types: 'a,MX,txt,AAAA', servers: server.address };
    const result = await collect(dns, { options, service: 'shop' });

    expect(factsIn(result)).toEqual({
      'network dns shop:A': ['10.0.0.2', '10.0.0.9'],
      'network dns shop:AAAA': [],
      'network dns shop:MX': ['10 mail.example.com'],
      'network dns shop:TXT': ['v=spf1 -all'],
    });
    expect(result).toMatchObject({ complete: true, facts: [{ service: 'shop' }, {}, {}, {}] });
  });

  it('that are not there have no records, which is an answer', async () => {
    const options = { names: 'www.example.com, gone.example.com', types: 'CNAME', servers: server.address };

    expect(factsIn(await collect(dns, { options }))).toEqual({
      'network dns www.example.com:CNAME': ['shop.example.com'],
      'network dns gone.example.com:CNAME': [],
    });
  });

  it('that nobody answers for are not seen, and the others are', async () => {
    const options = { names: 'closed.example.com shop.example.com', types: 'A', servers: server.address };

    expect(await collect(dns, { options })).toEqual({
      outcome: 'seen',
      facts: [{ service: null, facet: 'network', key: 'dns shop.example.com:A', value: ['10.0.0.2', '10.0.0.9'] }],
      complete: false,
      notSeen: ['A of closed.example.com: EREFUSED'],
    });
  });

  it('are given up when they are asked to be', async () => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 50);
    const options = { names: 'mute.example.com', types: 'A', servers: server.address };

    expect(await collect(dns, { options, signal: ending.signal })).toEqual({
      outcome: 'failed',
      reason: 'no name could be looked up: A of mute.example.com: ECANCELLED',
    });
  });

  it.each([
    [{}, 'which names? --set names=shop=shop.example.com'],
    [{ names: 'shop=' }, 'which names? --set names=shop=shop.example.com'],
    [{ names: 'a', types: 'A,HINFO' }, 'HINFO is no type of record: A, AAAA, CNAME, NS, PTR, TXT, MX, SRV, CAA'],
    [{ names: 'a', servers: 'resolver' }, 'servers are addresses: --set servers=10.0.0.2,10.0.0.3:5353'],
  ])('%j fails: %s', async (options, reason) => {
    expect(await collect(dns, { options })).toEqual({ outcome: 'failed', reason });
  });
});
