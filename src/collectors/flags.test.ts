import fc from 'fast-check';
import { type Server, createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, factsIn } from '../../test/collect.ts';
import { listening } from '../../test/listening.ts';
import { flags } from './flags.ts';

const seen = async (json: unknown, options: Record<string, string> = {}) =>
  factsIn(await collect(flags, { files: { 'flags.json': JSON.stringify(json) }, options }));

describe('flags of Unleash', () => {
  const strategies = [
    { name: 'flexibleRollout', parameters: { rollout: '25', stickiness: 'default', groupId: 'a' }, constraints: [] },
  ];

  it('are on or off in the environment that is asked for', async () => {
    const features = [
      {
        name: 'a',
        environments: [
          { name: 'development', enabled: true },
          { name: 'production', enabled: false },
        ],
      },
      { name: 'b', environments: [{ name: 'production', enabled: true }] },
      { name: 'gone', archived: true, environments: [{ name: 'production', enabled: true }] },
    ];

    expect(await seen({ features }, { 'flag-environment': 'production' })).toEqual({ 'flag a': 'off', 'flag b': 'on' });
    expect(await collect(flags, { files: { x: JSON.stringify({ features }) } })).toEqual({
      outcome: 'failed',
      reason: 'x: which of its environments? --set flag-environment=development, production',
    });
  });

  it('have a rollout, and rules in which people are counted', async () => {
    const constraints = [
      { contextName: 'country', operator: 'IN', values: ['DE', 'AT'], inverted: false },
      { contextName: 'userId', operator: 'IN', values: ['ada', 'bob'] },
    ];
    const features = [
      { name: 'a', enabled: true, strategies },
      {
        name: 'b',
        enabled: true,
        strategies: [
          { name: 'userWithId', parameters: { userIds: 'ada,bob' } },
          { name: 'default', constraints },
        ],
      },
      { name: 'c', enabled: false, strategies },
    ];
    const facts = await seen({ version: 2, features });

    expect(facts).toEqual({
      'flag a': 'on',
      'flag a:rollout': '25 %',
      'flag b': 'on',
      'flag b:rules': [
        { strategy: 'userWithId', parameters: { userIds: '2 named' } },
        { strategy: 'default', when: ['country IN AT, DE', 'userId IN 2 named'] },
      ],
      'flag c': 'off',
    });
    expect(JSON.stringify(facts)).not.toContain('ada');
  });
});

const launchDarkly = {
  items: [
    {
      key: 'new-checkout',
      variations: [{ value: true, name: 'on for all' }, { value: false }],
      environments: {
        production: {
          on: true,
          archived: false,
          fallthrough: {
            rollout: {
              variations: [
                { variation: 0, weight: 20_000 },
                { variation: 1, weight: 80_000 },
              ],
            },
          },
          targets: [{ values: ['ada'], variation: 0 }],
          rules: [
            {
              _id: 'x',
              variation: 1,
              clauses: [{ attribute: 'country', op: 'in', values: ['DE', 'AT'], negate: true }],
            },
          ],
          prerequisites: [{ key: 'base', variation: 0 }],
        },
      },
    },
    { key: 'old', environments: { production: { on: false, fallthrough: { variation: 0 } } } },
  ],
};

describe('flags of LaunchDarkly', () => {
  it('have rollouts by the names of variations, targets and rules', async () => {
    expect(await seen(launchDarkly)).toEqual({
      'flag new-checkout': 'on',
      'flag new-checkout:rollout': '20 % on for all, 80 % false',
      'flag new-checkout:rules': [
        { needs: 'base', variation: 0 },
        { targets: 1, serves: 'on for all' },
        { when: ['country not in AT, DE'], serves: 'false' },
      ],
      'flag old': 'off',
    });
  });

  it('on further pages are not seen in a file', async () => {
    const page = { ...launchDarkly, _links: { next: { href: '/api/v2/flags/shop?offset=20' } } };

    expect(await collect(flags, { files: { x: JSON.stringify(page) } })).toMatchObject({
      outcome: 'seen',
      complete: false,
      notSeen: ['flags on further pages'],
    });
  });
});

it('flags of Flagsmith have values and shares, and secret values do not leave the machine', async () => {
  const flag = (name: string, enabled: boolean, value: unknown, more: object = {}) => ({
    id: 1,
    enabled,
    feature: { id: 1, name },
    feature_state_value: value,
    ...more,
  });
  const shares = [{ percentage_allocation: 30, multivariate_feature_option: { string_value: 'blue' } }];

  expect(
    await seen([
      flag('a', true, null),
      flag('b', false, 'x'),
      flag('colour', true, 'red', { multivariate_feature_state_values: shares }),
      flag('api_token', true, 'hush hush'),
    ]),
  ).toEqual({
    'flag a': 'on',
    'flag b': 'off',
    'flag colour': 'on',
    'flag colour:value': 'red',
    'flag colour:rollout': '30 % blue',
    'flag api_token': 'on',
    'flag api_token:value': { digest: expect.stringMatching(/^hmac-sha256:[0-9a-f]{16}$/) },
  });
});

describe('flags that are asked for', () => {
  let server: Server;
  let base: string;
  const tokens: (string | undefined)[] = [];
  beforeAll(async () => {
    server = createServer(({ url = '', headers }, response) => {
      const { pathname, searchParams } = new URL(url, 'http://flags');
      tokens.push(headers.authorization ?? headers['x-environment-key']?.toString());
      const say = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
      if (pathname === '/moved') response.writeHead(302, { location: '/api/v1/flags/' }).end();
      else if (tokens.at(-1) === undefined) say(401, {});
      else if (pathname === '/api/v1/flags/') say(200, [{ enabled: true, feature: { name: 'a' } }]);
      else if (pathname === '/elsewhere')
        say(200, { items: [], _links: { next: { href: 'http://127.0.0.1:1/steal' } } });
      else {
        const [first, second] = launchDarkly.items;
        const next = { href: '/api/v2/flags/shop?env=production&offset=1' };
        say(200, searchParams.has('offset') ? { items: [second] } : { items: [first], _links: { next } });
      }
    });
    base = `http://127.0.0.1:${await listening(server)}`;
  });
  afterAll(() => server.close());
  const ask = (path: string, files: Record<string, string> = { token: ' hush \n' }) =>
    collect(flags, { options: { url: `${base}${path}` }, files });

  it('come page after page, with the token of a file', async () => {
    tokens.length = 0;
    const result = await ask('/api/v2/flags/shop?env=production');

    expect(result).toMatchObject({ complete: true });
    expect(factsIn(result)).toMatchObject({ 'flag new-checkout': 'on', 'flag old': 'off' });
    expect(tokens).toEqual(['hush', 'hush']);
  });

  it('of Flagsmith come with the key of an environment', async () => {
    expect(factsIn(await ask('/api/v1/flags/'))).toEqual({ 'flag a': 'on' });
  });

  it('on another host are not asked for: the token would go there', async () => {
    expect(await ask('/elsewhere')).toMatchObject({ outcome: 'seen', complete: false });
  });

  it.each([
    ['/api/v1/flags/', {}, /answered 401: it wants a token$/],
    ['/moved', { token: 'x' }, /answered 302: redirects are not followed, name where it leads$/],
    ['/api/v1/flags/', { token: 'x', other: 'y' }, /^with url there is one file/],
  ])('fail in one sentence: %s %j', async (path, files, reason) => {
    expect(await ask(path, files)).toEqual({ outcome: 'failed', reason: expect.stringMatching(reason) });
  });
});

it.each([
  [{}, {}, /^which file\?/],
  [{ 'a.json': 'x' }, {}, /^a\.json is no JSON$/],
  [
    { 'a.json': '{"flags": []}' },
    {},
    /^a\.json: it is no list of flags as Unleash, LaunchDarkly or Flagsmith answer it$/,
  ],
  [{}, { url: 'ldcli' }, /^url is no address of the web/],
])('%j with %j fails', async (files, options, reason) => {
  expect(await collect(flags, { files, options })).toEqual({
    outcome: 'failed',
    reason: expect.stringMatching(reason),
  });
});

it('whatever an answer holds, it is read or told to be wrong', async () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const shapes = fc.oneof(
    json,
    fc.record({ features: fc.array(fc.record({ name: fc.string(), enabled: fc.boolean(), strategies: json })) }),
    fc.record({ items: fc.array(fc.record({ key: fc.string(), environments: json, variations: json })) }),
    fc.array(
      fc.record({ enabled: fc.boolean(), feature: fc.record({ name: fc.string() }), feature_state_value: json }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(shapes, async (answer) => {
      const result = await collect(flags, { files: { x: JSON.stringify(answer) } });
      expect(['seen', 'failed']).toContain(result.outcome);
    }),
    { numRuns: 300 },
  );
});
