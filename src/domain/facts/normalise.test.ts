import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everChanging } from './ever-changing.ts';
import { type Facet, type FactValue, facets } from './fact.ts';
import { meaningOf, normalise, normaliserVersion, saysNothing } from './normalise.ts';
import { ruleFacets } from './rules.ts';
import { serverDefaults, serverDefaultsInside } from './server-defaults.ts';
import { setNames } from './sets.ts';
import { settingUnits } from './setting-units.ts';

type Case = readonly [facet: Facet, key: string, one: FactValue, other: FactValue];

const container = (fields: Record<string, FactValue>): FactValue => ({ containers: [{ name: 'app', ...fields }] });

describe('two values mean the same', () => {
  it.each<Case>([
    ['env', 'PORT', '3', 3],
    ['env', 'DEBUG', 'true', true],
    ['env', 'PROXY', null, ''],
    ['env', 'OPTIONS', '{"a":1,"b":[1,2]}', '{ "b": [1, 2], "a": 1 }'],
    ['config', 'app.yaml:pool', '3', 3],
    ['config', 'app.yaml:pool', '1.0', 1],
    ['config', 'app.yaml:ratio', '0.25', 0.25],
    ['config', 'app.yaml:debug', 'true', true],
    ['config', 'app.yaml:proxy', null, {}],
    ['config', 'app.yaml:proxy', [], ''],
    ['config', 'app.yaml:timeout', '30s', '30000ms'],
    ['config', 'app.yaml:timeout', '30s', 'PT30S'],
    ['config', 'app.yaml:timeout', '1h30m', 'PT1H30M'],
    ['config', 'app.yaml:timeout', '90 minutes', '1.5h'],
    ['config', 'app.yaml:timeout_ms', 30_000, '30s'],
    ['config', 'app.yaml:timeoutSeconds', '30', '30000ms'],
    ['config', 'app.yaml:since', '2026-03-14T09:00:00Z', '2026-03-14T10:00:00.000+01:00'],
    ['config', 'nginx.conf', 'a \r\nb\r\n', 'a\nb'],
    ['config', 'app.yaml:tags', ['b', 'a', 'b'], ['a', 'b']],
    ['config', 'app.yaml:db', { host: 'a', password: null }, { host: 'a' }],
    ['config', 'app.yaml:rules', '{"a":1,"b":"2"}', '{"b":2,"a":1}'],
    ['infrastructure', 'Deployment/shop:resources.requests.cpu', '100m', 0.1],
    ['infrastructure', 'Deployment/shop:resources.limits.memory', '1Gi', 1_073_741_824],
    ['infrastructure', 'Deployment/shop:resources.limits.memory', '1Gi', '1024Mi'],
    ['infrastructure', 'Deployment/shop:resources.limits.cpu', '2', '2000m'],
    ['infrastructure', 'Deployment/shop:limits.nvidia.com/gpu', '1', 1],
    ['infrastructure', 'Deployment/shop:memory', '1e3', '1k'],
    ['infrastructure', 'Deployment/shop:imagePullPolicy', 'IfNotPresent', null],
    ['infrastructure', 'Deployment/shop:terminationGracePeriodSeconds', 30, null],
    ['infrastructure', 'Deployment/shop:terminationGracePeriodSeconds', '30', 30],
    ['infrastructure', 'Service/shop:ports[name=http].protocol', 'TCP', null],
    ['infrastructure', 'Deployment/shop:livenessProbe.periodSeconds', 10, null],
    [
      'infrastructure',
      'Deployment/shop',
      container({ image: 'a:1', imagePullPolicy: 'IfNotPresent' }),
      container({ image: 'a:1' }),
    ],
    [
      'infrastructure',
      'Deployment/shop',
      container({ image: 'a:latest', imagePullPolicy: 'Always' }),
      container({ image: 'a:latest' }),
    ],
    ['infrastructure', 'Deployment/shop:metadata.resourceVersion', '17', '18'],
    ['infrastructure', 'Deployment/shop:metadata', { uid: 'a', generation: 3, name: 'x' }, { uid: 'b', name: 'x' }],
    ['infrastructure', 'Deployment/shop:metadata.annotations.deployment.kubernetes.io/revision', '4', '9'],
    ['infrastructure', 'aws_instance.a:vpc_security_group_ids', ['sg-2', 'sg-1'], ['sg-1', 'sg-2']],
    ['infrastructure', 'aws_instance.a:tags', { a: '1' }, { a: '1', b: null }],
    ['infrastructure', 'aws_instance.a:monitoring', 'true', true],
    ['infrastructure', 'aws_s3_bucket.a:etag', 'abc', 'def'],
    [
      'infrastructure',
      'aws_iam_policy.a:policy',
      '{"Statement":[{"Action":"s3:GetObject","Resource":["b","a"]}]}',
      '{"Statement":[{"Resource":["a","b"],"Action":["s3:GetObject"]}]}',
    ],
    ['database', 'setting:shared_buffers', '64MB', 8192],
    ['database', 'shared_buffers', '65536kB', { setting: '8192', unit: '8kB' }],
    ['database', 'setting:work_mem', '4096', '4MB'],
    ['database', 'setting:statement_timeout', '30000', '30s'],
    ['database', 'setting:checkpoint_timeout', 300, '5min'],
    ['database', 'setting:fsync', 'on', true],
    ['database', 'setting:max_connections', '100', 100],
    ['schema', 'function total', 'begin \r\n end', 'begin\n end'],
    ['network', 'dns shop:a', ['10.0.0.2', '10.0.0.1'], ['10.0.0.1', '10.0.0.2']],
    ['network', 'tls shop:sans', ['Shop.example', 'a.example'], ['a.example', 'shop.example.']],
    ['network', 'http shop:date', 'Sat, 14 Mar 2026 09:00:00 GMT', 'Sat, 14 Mar 2026 09:00:01 GMT'],
    ['version', 'version', 'v1.42.0', '1.42.0'],
    ['runtime', 'node', 'v24.1.0', '24.1.0'],
    ['flag', 'new-checkout', 'on', true],
    ['flag', 'new-checkout', 'disabled', false],
  ])('%s %s: %j and %j', (facet, key, one, other) => {
    expect(normalise(facet, key, one)).toBe(normalise(facet, key, other));
  });
});

describe('two values that nearly look the same differ', () => {
  it.each<Case>([
    ['env', 'PORT', '08', '8'],
    ['env', 'N', '1e3', '1000'],
    ['env', 'N', '1.0', '1'],
    ['env', 'DEBUG', 'true', 'TRUE'],
    ['env', 'DEBUG', 'true', '1'],
    ['env', 'DEBUG', 'on', 'true'],
    ['env', 'NAME', 'a ', 'a'],
    ['env', 'NAME', 'a\r', 'a'],
    ['env', 'TIMEOUT', '30s', '30000ms'],
    ['env', 'MEMORY', '1Gi', '1024Mi'],
    ['env', 'OPTIONS', '{"a":1}', '{"a":"1"}'],
    ['env', 'OPTIONS', '{"a":"on"}', '{"a":true}'],
    ['env', 'IDS', '{"a":12345678901234567890}', '{"a":12345678901234567891}'],
    ['config', 'app.yaml:pool', '08', '8'],
    ['config', 'app.yaml:pool', '1e3', '1000'],
    ['config', 'app.yaml:pool', '0x10', 16],
    ['config', 'app.yaml:pool', '-0', '0'],
    ['config', 'app.yaml:pool', 0, null],
    ['config', 'app.yaml:id', '12345678901234567890', '12345678901234567891'],
    ['config', 'app.yaml:api', '1.10', '1.1'],
    ['config', 'app.yaml:python_version', '3.0', '3'],
    ['config', 'app.yaml:debug', 'yes', true],
    ['config', 'app.yaml:debug', 'True', true],
    ['config', 'app.yaml:debug', false, null],
    ['config', 'app.yaml:debug', 1, true],
    ['config', 'app.yaml:timeout', '30', '30s'],
    ['config', 'app.yaml:timeout', 30_000, '30s'],
    ['config', 'app.yaml:timeout_ms', 30, '30s'],
    ['config', 'app.yaml:lifetime', '1M', '1m'],
    ['config', 'app.yaml:lifetime', 'P1M', 'PT1M'],
    ['config', 'app.yaml:since', '2026-03-14T09:00:00Z', '2026-03-14T09:00:00.0001Z'],
    ['config', 'app.yaml:since', '2026-03-14T09:00:00', '2026-03-14T09:00:00Z'],
    ['config', 'app.yaml:since', '2026-02-30T09:00:00Z', '2026-03-02T09:00:00Z'],
    ['config', 'app.yaml:args', ['b', 'a'], ['a', 'b']],
    ['config', 'app.yaml:servers', ['b', 'a'], ['a', 'b']],
    ['config', 'app.yaml:text', ' a', 'a'],
    ['config', 'app.yaml:text', '{"a":1}', { a: 1 }],
    ['config', 'app.yaml:text', 'null', null],
    ['config', 'app.yaml:uid', 1000, 1001],
    ['infrastructure', 'Deployment/shop:limits.memory', '1G', '1Gi'],
    ['infrastructure', 'Deployment/shop:limits.memory', '100m', '100M'],
    ['infrastructure', 'Deployment/shop:command', ['b', 'a'], ['a', 'b']],
    ['infrastructure', 'Deployment/shop:imagePullPolicy', 'Always', null],
    [
      'infrastructure',
      'Deployment/shop',
      container({ image: 'a:latest', imagePullPolicy: 'IfNotPresent' }),
      container({ image: 'a:latest' }),
    ],
    ['infrastructure', 'aws_lb.a:protocol', 'TCP', null],
    ['infrastructure', 'azurerm_vm.a:generation', 'V1', 'V2'],
    ['infrastructure', 'linux_user.a:uid', 1000, 1001],
    ['infrastructure', 'aws_instance.a:count', 0, null],
    ['database', 'setting:shared_buffers', '64MB', '64kB'],
    ['database', 'setting:work_mem', 4, '4MB'],
    ['database', 'setting:statement_timeout', -1, 1],
    ['database', 'setting:max_connections', '100', '100ms'],
    ['database', 'extension hstore', '1.10', '1.1'],
    ['database', 'extension hstore', '1.0', '1'],
    ['network', 'tls shop:issuer', 'R3', 'r3'],
    ['network', 'http shop:strict-transport-security', 'max-age=1', 'max-age=2'],
    ['version', 'version', '1.42', '1.42.0'],
    ['package', 'left-pad', '1.10', '1.1'],
    ['package', 'left-pad', 'v1.1', '1.1'],
    ['flag', 'limit', '3', 3],
    ['flag', 'limit', '', null],
  ])('%s %s: %j and %j', (facet, key, one, other) => {
    expect(normalise(facet, key, one)).not.toBe(normalise(facet, key, other));
  });
});

it('says of a default or an empty value that it says nothing', () => {
  expect(saysNothing('infrastructure', 'Deployment/shop:dnsPolicy', 'ClusterFirst')).toBe(true);
  expect(saysNothing('env', 'PROXY', '')).toBe(true);
  expect(saysNothing('config', 'app.yaml:pool', 0)).toBe(false);
});

const keys = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  fc.constantFrom(
    'timeout_ms',
    'setting:work_mem',
    'a:limits.cpu',
    'metadata.uid',
    'tags',
    'ports.protocol',
    'a:policy',
  ),
);
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.json({ maxDepth: 3 }),
  fc.tuple(fc.integer(), fc.constantFrom('', 's', 'ms', 'm', 'Gi', 'MB', '.0', 'e3')).map(([n, unit]) => `${n}${unit}`),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom('on', 'yes', 'true', 'TCP', 'PT30S', '__proto__', '{"__proto__":1}', 'constructor'),
);
const values = fc.letrec<{ value: FactValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    texts,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(keys, fc.constant('__proto__')), tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('whatever a collector sends', () => {
  it('means the same as what it comes down to', () => {
    fc.assert(
      fc.property(fc.constantFrom(...facets), keys, values, (facet, key, value) => {
        const once = meaningOf(facet, key, value);
        expect(normalise(facet, key, once)).toBe(normalise(facet, key, value));
      }),
      { numRuns: 3000 },
    );
  });

  it.each<readonly [string, FactValue]>([
    ['spaces', `${' '.repeat(1_000_000)}x`],
    ['digits', '1'.repeat(1_000_000)],
    ['durations', '1m'.repeat(500_000)],
    ['brackets in text', '['.repeat(1_000_000)],
    ['brackets that close', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['a deep list', Array.from({ length: 50_000 }).reduce<FactValue>((inner) => [inner], null)],
    ['a deep object', Array.from({ length: 50_000 }).reduce<FactValue>((inner) => ({ tags: inner }), null)],
    ['a long set', Array.from({ length: 50_000 }, (_, index) => `${index}`)],
  ])('is done with, however large: %s', (_, value) => {
    // So large that what takes the square of the time never ends.
    for (const facet of ['env', 'config', 'infrastructure', 'network'] as const) {
      expect(normalise(facet, 'a:tags', value).length, facet).toBeGreaterThan(0);
    }
  });
});

describe('docs/normalisers.md', async () => {
  const page = await readFile(new URL('../../../docs/normalisers.md', import.meta.url), 'utf8');
  const listed = (heading: string): readonly string[] => {
    const from = page.indexOf(`\n## ${heading}\n`);
    const section = page.slice(
      from,
      page.indexOf('\n## ', from + 1) === -1 ? undefined : page.indexOf('\n## ', from + 1),
    );
    return [...section.matchAll(/^\| `([^`]+)` +\| ([^|]+?) +\|/gm)].map(([, name, what]) => `${name}: ${what}`);
  };
  const quoted = (names: readonly unknown[]) => names.map((name) => `\`${String(name)}\``).join(', ');

  it('says for which facets each rule holds', () => {
    expect(listed('Rules')).toEqual(Object.entries(ruleFacets).map(([rule, of]) => `${rule}: ${of.join(', ')}`));
    expect(page).toContain(`The version is ${normaliserVersion}.`);
  });

  it('lists what the rules know by name', () => {
    expect(listed('Sets')).toEqual(Object.entries(setNames).map(([facet, names]) => `${facet}: ${quoted(names)}`));
    expect(listed('What always changes')).toEqual(
      Object.entries(everChanging).map(([where, names]) => `${where}: ${quoted(names)}`),
    );
    expect(listed('Server defaults')).toEqual([
      ...Object.entries(serverDefaults).map(([name, value]) => `${name}: ${quoted([value])}`),
      ...Object.entries(serverDefaultsInside).map(
        ([name, { in: where, value }]) => `${name}: ${quoted([value])} in ${quoted([where.source])}`,
      ),
    ]);
    expect(listed('Settings of PostgreSQL')).toEqual(
      Object.entries(settingUnits).map(([unit, names]) => `${unit}: ${quoted(names)}`),
    );
  });
});
