import { describe, expect, it } from 'vitest';
import { channelWords } from './channel-words.ts';
import { knownNames } from '../known-names.ts';

const bare = { aliases: [], repository: null, paths: [], configPaths: null, branches: {}, dependsOn: [], owners: [] };
const known = knownNames({
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
  ]),
  services: [
    { ...bare, name: 'checkout', aliases: ['shop'] },
    { ...bare, name: 'checkout-api' },
    { ...bare, name: 'ledger' },
    { ...bare, name: '検索' },
  ],
  configPaths: [],
});

function words(name: string, topic = '', pattern = /^(inc|incident)-/) {
  return channelWords({ name, topic }, pattern, known);
}

describe('a channel’s name', () => {
  it.each([
    ['inc-42-checkout-errors', 'Checkout errors'],
    ['incident-20261120-shop-slow', 'Shop slow'],
    ['inc-2026-11-20-3-cannot-pay', 'Cannot pay'],
    ['inc-sev1-login', 'Login'],
    ['inc-検索-遅い', '検索 遅い'],
    ['inc-42', '#inc-42'],
    ['inc-', '#inc-'],
  ])('%s is the title %j', (name, title) => {
    expect(words(name).title).toBe(title);
  });

  it.each([
    ['inc-checkout-api-errors', ['checkout-api']],
    ['inc-errors-in-shop-and-ledger', ['checkout', 'ledger']],
    ['inc-checkoutapi', ['checkout-api']],
    ['inc-検索-遅い', ['検索']],
    ['inc-cannot-pay', []],
  ])('%s names the services %j', (name, services) => {
    expect(words(name).services).toEqual(services);
  });

  it('names the environment and what counts it, dates aside', () => {
    expect(words('inc-2026-20261120-0042-prod-shop')).toMatchObject({ environment: 'production', numbers: ['42'] });
  });

  it('is read behind whatever the settings say such names begin with', () => {
    expect(words('war-room-ledger', '', /^war-room-/).title).toBe('Ledger');
    expect(words('ledger-fire', '', /-fire$/).title).toBe('Ledger fire');
  });
});

describe('a topic', () => {
  it('tells what the name does not', () => {
    expect(words('inc-42', 'Ledger of staging is slow: https://example.com/checkout')).toMatchObject({
      environment: 'staging',
      services: ['ledger'],
    });
  });

  it('does not tell other services than the name', () => {
    expect(words('inc-shop', 'Ask the ledger team').services).toEqual(['checkout']);
  });

  it('of any length has no more words looked up than one of sixty', () => {
    const lookedUp = (topic: string) => {
      let count = 0;
      const counting = (names: ReadonlyMap<string, string>) =>
        Object.assign(new Map(names), {
          get: (name: string) => {
            count += 1;
            return names.get(name);
          },
        });
      const services = { ...known.services, exact: counting(known.services.exact) };
      channelWords({ name: 'inc-1', topic }, /^inc-/, { ...known, services });
      return count;
    };

    expect(lookedUp('a-'.repeat(60))).toBeGreaterThan(60);
    expect(lookedUp('a-'.repeat(100_000))).toBe(lookedUp('a-'.repeat(60)));
  });
});
