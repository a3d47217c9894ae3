import { readFile } from 'node:fs/promises';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { defaultEnvironmentOf, incidentChannelOf } from './settings-names.ts';
import { catalogOf, readSettings } from './settings.ts';
import type { Settings } from './settings.ts';

const hour = 3_600_000;

function read(text: string): Settings {
  const result = readSettings(text);
  if (result.outcome === 'invalid') throw new Error(result.problems.join('; '));
  return result.settings;
}

function problems(text: string): string[] {
  const result = readSettings(text);
  return result.outcome === 'invalid' ? result.problems : [];
}

describe('readSettings', () => {
  it('gives defaults for an empty file', () => {
    expect(read('')).toEqual(read('# nothing yet\n'));
    expect(read('')).toMatchObject({
      services: {},
      incidents: { channel_pattern: '^(inc|incident)-', lookback: 24 * hour },
      nags: {
        work_hours: { from: '09:00', to: '17:30' },
        first: 4 * hour,
        team: 24 * hour,
        lead: 72 * hour,
      },
      retention: { deliveries: 30 * 24 * hour, events: 400 * 24 * hour },
    });
  });

  it('takes a part whose lines are all commented out for absent', () => {
    expect(read('people:\n#  - { name: ada }\nnags:\n')).toEqual(read(''));
  });

  it('reads the example, which shows every setting', async () => {
    const text = await readFile(new URL('../../sincewhen.example.yml', import.meta.url), 'utf8');

    const settings = read(text);

    expect(settings.services['checkout']).toMatchObject({
      owners: ['@ada', '@payments-team'],
      depends_on: ['ledger'],
    });
    expect(settings.freezes[0]?.from).toEqual(new Date('2026-11-26T00:00:00Z'));
    expect(Object.values(settings).every((part) => part !== undefined)).toBe(true);
    expect(Object.keys(settings)).toHaveLength(16);
  });

  it('takes a service and an environment about which nothing is said', () => {
    const settings = read('services:\n  ledger:\nenvironments:\n  production:\n');

    expect(settings.services['ledger']).toMatchObject({ aliases: [], restricted: false });
    expect(settings.environments).toEqual({ production: {} });
  });

  it.each([
    ['servces: {}', 'line 1: servces is not a setting'],
    ['services:\n  checkout:\n    repo: acme/checkout', 'line 3: services.checkout.repo is not a setting'],
    ['services:\n  checkout:\n    repository: checkout', /^line 3: services.checkout.repository is not a repository/],
    ['services: [checkout]', 'line 1: services is not a mapping (key: value)'],
    ['\npeople: ada', 'line 2: people is not a list'],
    ['people:\n  - { slack: U123 }', 'line 2: people.0.name is missing'],
    ['services: { a: { restricted: yes please } }', 'line 1: services.a.restricted is not true or false'],
    ['incidents: { lookback: 1 day }', /^line 1: incidents.lookback is not a duration/],
    ['incidents: { lookback: 0h }', 'line 1: incidents.lookback is not longer than nothing'],
    [
      'incidents: { channel: incidents }',
      'line 1: incidents.channel is not a channel such as #prod-changes or C024BE7LH',
    ],
    ["incidents: { channel_pattern: '(' }", 'line 1: incidents.channel_pattern is not a regular expression'],
    ['nags: { work_hours: 17:30-09:00 }', 'line 1: nags.work_hours ends before it begins'],
    ['retention: { events: 3h }', 'line 1: retention.events is less than a day'],
    ["digest: { timezone: Mars/Olympus, channel: '#x' }", /^line 1: digest.timezone is not a time zone/],
    ['digest: { day: monday }', 'line 1: digest.channel is missing'],
    ['edited: { by: ada }', 'line 1: edited.why is missing'],
    ["edited: { by: ada, why: ' ' }", 'line 1: edited.why says nothing'],
    ['edited: { by: "a\\nb", why: sale }', 'line 1: edited.by is more than one line'],
    ['freezes: [{ name: x, from: 2026-12-01, to: 2026-12-02T00:00Z }]', /^line 1: freezes.0.from is not a moment/],
    ['freezes: [{ name: x, from: 2026-12-02T00:00Z, to: 2026-12-01T00:00Z }]', /freezes.0.to ends before it begins/],
    ['parity: [{ reference: production, mirror: qa }]', /parity.0.mirror names an environment that is not set: qa/],
    [
      'services: { a: { branches: { qa: main } } }',
      'line 1: services.a.branches.qa names an environment that is not set: qa',
    ],
    [
      'environments:\n  a: { aliases: [x] }\n  b: { aliases: [X] }',
      'line 3: environments.b.aliases.0 is also a name of a',
    ],
    ['services:\n  a: {}\n  b: { aliases: [A] }', 'line 3: services.b.aliases.0 is also a name of a'],
    ['a: [', /^line 1: /],
    ['- a', 'the file is not a mapping (key: value)'],
    ['slack_messages: [{ channel: deploys, pattern: x }]', /^line 1: slack_messages.0.channel is not a channel/],
    ["slack_messages: [{ channel: '#a', pattern: '(x+)*' }]", /slack_messages.0.pattern repeats a group/],
    [
      "slack_messages: [{ channel: '#a', pattern: x, kind: deployment }]",
      /slack_messages.0.kind is not one of deploy, /,
    ],
    ["slack_messages: [{ channel: '#a' }]", 'line 1: slack_messages.0.pattern is missing'],
    ["slack_messages: [{ channel: '#a', pattern: x, text: y }]", 'line 1: slack_messages.0.text is not a setting'],
    ['config_paths: [1]', 'line 1: config_paths.0 is not a string'],
    ['incidents: { freeze_at: huge }', 'line 1: incidents.freeze_at is no severity such as sev1 or critical'],
    ['rules: { unreviewd: off }', 'line 1: rules.unreviewd is not a setting'],
    ['rules: { unreviewed: maybe }', /^line 1: rules.unreviewed is neither on nor off/],
    ['rules:\n  unreviewed: { aprovals: 2 }', 'line 2: rules.unreviewed.aprovals is not a setting'],
    ['rules: { unreviewed: { approvals: x } }', 'line 1: rules.unreviewed.approvals is not a number'],
    ['rules: { unreviewed: { gate: no } }', /^line 1: rules.unreviewed.gate is not one of forbids, warns, ignores/],
    [
      'rules: { window: { environments: [qa] } }',
      /rules.window.environments.0 names an environment that is not set: qa/,
    ],
  ])('refuses %j', (text, problem) => {
    const found = problems(text);

    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(problem);
  });

  it('names every problem at once', () => {
    expect(problems('x: 1\nnags: { first: soon }\npeople: [{}]')).toHaveLength(3);
  });

  it('refuses a file that unfolds without end', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefg'.split('').map((key, at) => {
        const before = 'abcdefg'[at];
        return `${key}: &${key} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`;
      }),
    ].join('\n');

    expect(problems(bomb)[0]).toMatch(/alias/i);
  });
});

describe('catalogOf', () => {
  it('knows production and staging without being told', () => {
    const { environments } = catalogOf(read(''));

    expect(environments.get('prd')).toBe('production');
    expect(environments.get('production')).toBe('production');
    expect(environments.get('stg')).toBe('staging');
  });

  it('takes only the environments that are set, and the usual aliases where none are listed', () => {
    const { environments } = catalogOf(read('environments:\n  Production: {}\n  EU: { aliases: [Live] }'));

    expect(Object.fromEntries(environments)).toEqual({
      production: 'production',
      prod: 'production',
      prd: 'production',
      live: 'eu',
      eu: 'eu',
    });
  });

  it('names the environment of a branch as we do', () => {
    const { services } = catalogOf(read('services: { checkout: { branches: { prod: release } } }'));

    expect(services[0]?.branches).toEqual({ production: 'release' });
  });

  it.each([
    ['.env', true],
    ['services/checkout/.env.production', true],
    ['config/app.yml', true],
    ['services/checkout/config/app.yml', true],
    ['infra/main.tf', true],
    ['charts/checkout/values-production.yaml', true],
    ['k8s/deployment.yaml', true],
    ['src/main.ts', false],
    ['src/reconfig/x.ts', false],
    ['docs/k8s.md', false],
  ])('by default takes %s for configuration: %s', (path, expected) => {
    const { configPaths } = catalogOf(read(''));

    expect(picomatch([...configPaths], { dot: true })(path)).toBe(expected);
  });

  it('ties a path with a leading slash to the root', () => {
    const { services } = catalogOf(read("services: { checkout: { config_paths: ['/config/**', 'deploy/*.yaml'] } }"));

    expect(services[0]?.configPaths).toEqual(['config/**', '**/deploy/*.yaml']);
  });
});

describe('the card of an incident without a channel of its own', () => {
  const places = `
environments: { Production: { channel: '#prod' }, staging: }
services: { checkout: { channel: '#payments' }, ledger: }
`;

  it.each([
    ['goes where the settings say', "incidents: { channel: '#fires' }", ['checkout'], 'production', '#fires'],
    ['goes to the first affected service that has a channel', '', ['ledger', 'checkout'], 'production', '#payments'],
    ['goes to the environment', '', ['ledger'], 'production', '#prod'],
    ['goes nowhere where nobody said', '', [], 'staging', null],
    ['goes nowhere where nothing is known', '', [], null, null],
  ])('%s', (_where, more, services, environment, channel) => {
    expect(incidentChannelOf(read(`${places}${more}`), { services, environment })).toBe(channel);
  });
});

describe('defaultEnvironmentOf', () => {
  it.each([
    ['', 'production'],
    ['parity: [{ reference: stg, mirror: prod }]', 'staging'],
    ['environments: { eu: {}, us: {} }', 'eu'],
    ['environments: { eu: {}, Live: { aliases: [production] } }', 'live'],
    ['environments: { eu: {}, us: {} }\nparity: [{ reference: US, mirror: eu }]', 'us'],
  ])('for %j is %s', (text, expected) => {
    expect(defaultEnvironmentOf(read(text))).toBe(expected);
  });
});
