import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aChange } from '../../../test/answers.ts';
import { kinds, statuses, type Change } from '../change.ts';
import { facets } from '../facts/fact.ts';
import { type FactMove, covers } from './covers.ts';

/** A setting of checkout that went from 10 to 50. */
function aMove(given: Partial<FactMove> = {}): FactMove {
  return { service: 'checkout', facet: 'env', key: 'DB_POOL_SIZE', before: '10', after: '50', secret: false, ...given };
}

/** A change of checkout that says nothing. */
function change(given: Partial<Change> = {}): Change {
  return aChange({ kind: 'config', title: 'something else', status: null, ...given });
}

const resource = { service: null, facet: 'infrastructure', key: 'aws_db_instance.main:engine_version' } as const;
const file = { facet: 'config', key: 'config/app.yaml:db.pool' } as const;
const deploy = { kind: 'deploy', title: 'deploy', status: 'succeeded', from: '1.41.3', to: '1.42.0' } as const;

type Row = readonly [what: string, change: Partial<Change>, move: Partial<FactMove>];

describe('a change that says the very value explains it for certain', () => {
  const rows: readonly Row[] = [
    ['by the key', { before: { DB_POOL_SIZE: '10' }, after: { DB_POOL_SIZE: '50' } }, {}],
    ['as a number', { after: { DB_POOL_SIZE: 50 } }, {}],
    ['wrapped, as tools wrap it', { after: { data: { DB_POOL_SIZE: '50' } } }, {}],
    ['under its service', { after: { checkout: { DB_POOL_SIZE: '50' } } }, {}],
    ['nested, by the whole path', { after: { db: { pool: 50 } } }, { ...file, key: 'db.pool' }],
    ['in from and to', { title: 'DB_POOL_SIZE changed', from: '10', to: '50' }, {}],
    ['in its title', { title: 'DB_POOL_SIZE: 10 → 50' }, {}],
    ['in its title, with who asked for it', { title: 'DB_POOL_SIZE 10 -> 50 (INC-42)' }, {}],
    ['that it is gone', { before: { DB_POOL_SIZE: '10' }, after: {} }, { after: null }],
    ['that it is null', { after: { DB_POOL_SIZE: null } }, { after: null }],
    ['that it is new', { after: { DB_POOL_SIZE: '50' } }, { before: null }],
    [
      'of a resource by its address',
      {
        kind: 'infrastructure',
        services: [],
        service: null,
        after: { 'aws_db_instance.main': { engine_version: '16.3' } },
      },
      { ...resource, before: '15.7', after: '16.3' },
    ],
    [
      'of a ConfigMap that its title names',
      { services: [], service: null, title: 'ConfigMap shop in prod changed', after: { LOG_LEVEL: 'debug' } },
      { service: null, facet: 'config', key: 'ConfigMap/shop:LOG_LEVEL', after: 'debug' },
    ],
    [
      'by the same digest of a secret',
      { after: { API_KEY: '‹secret 0123456789abcdef›' } },
      { key: 'API_KEY', secret: true, after: 'hmac-sha256:0123456789abcdef0011' },
    ],
    ['of a version', deploy, { facet: 'version', key: 'version', before: '1.41.3', after: '1.42.0' }],
    ['of a version with a v', { ...deploy, to: 'v1.42.0' }, { facet: 'version', key: 'version', after: '1.42.0' }],
    [
      'of an image by its tag',
      deploy,
      { facet: 'version', key: 'image', after: 'registry.local:5000/shop/checkout:1.42.0' },
    ],
    [
      'of a commit',
      { ...deploy, to: null, commit: `abc1234${'0'.repeat(33)}` },
      { facet: 'version', key: 'commit', after: 'abc1234' },
    ],
    [
      'of a digest of an image',
      { ...deploy, identities: [{ type: 'image', value: `sha256:${'a'.repeat(64)}` }] },
      { facet: 'version', key: 'image', after: `registry.local/checkout@sha256:${'a'.repeat(64)}` },
    ],
    [
      'of a rollback',
      { ...deploy, kind: 'rollback', from: '1.42.0', to: '1.41.3' },
      { facet: 'version', key: 'version', after: '1.41.3' },
    ],
    [
      'of a flag',
      { kind: 'flag', service: null, services: [], title: 'new-checkout turned on', after: { on: true } },
      { service: null, facet: 'flag', key: 'new-checkout', before: 'false', after: 'true' },
    ],
    [
      'of a parameter of the database',
      { kind: 'maintenance', services: [], service: null, after: { max_connections: '200' } },
      { service: null, facet: 'database', key: 'max_connections', before: '100', after: '200' },
    ],
  ];
  it.each(rows)('%s', (_what, given, move) => {
    expect(covers(change(given), aMove(move))?.confidence).toBe('certain');
  });
});

describe('a change that names the key, or what holds it, likely explains it', () => {
  const rows: readonly Row[] = [
    ['the key among its details', { details: { keys: ['DB_POOL_SIZE'] } }, {}],
    ['the value without a service', { service: null, services: [], after: { DB_POOL_SIZE: '50' } }, {}],
    ['the key in its title', { title: 'Raise DB_POOL_SIZE.' }, {}],
    [
      'a secret under its name',
      { after: { API_KEY: '‹secret›' } },
      { key: 'API_KEY', secret: true, after: 'hmac-sha256:ff' },
    ],
    [
      'a value that only applying shows',
      {
        kind: 'infrastructure',
        services: [],
        service: null,
        after: { 'aws_db_instance.main': { engine_version: '(known after apply)' } },
      },
      resource,
    ],
    [
      'a resource among those that were made',
      { kind: 'infrastructure', services: [], service: null, details: { create: ['aws_db_instance.main'] } },
      { ...resource, before: null },
    ],
    [
      'an object without what of it changed',
      { title: 'Deployment checkout in shop changed' },
      { facet: 'config', key: 'Deployment/checkout:spec.template' },
    ],
    [
      'the file, by a merge of its repository',
      { kind: 'merge', environment: null, status: null, files: ['config/app.yaml'] },
      file,
    ],
    ['the file, by a deploy', { ...deploy, files: ['config/app.yaml', 'src/a.ts'] }, file],
    [
      'the lock file of a package',
      { kind: 'merge', files: ['package-lock.json'] },
      { facet: 'package', key: 'package-lock.json:lodash' },
    ],
    ['a deploy, of a package', deploy, { facet: 'package', key: 'lodash' }],
    ['a deploy, of the runtime', deploy, { facet: 'runtime', key: 'node' }],
    [
      'a deploy whose version is of another sort',
      deploy,
      { facet: 'version', key: 'image', after: `sha256:${'b'.repeat(64)}` },
    ],
    [
      'a migration, of the schema',
      { kind: 'migration', status: 'succeeded' },
      { facet: 'schema', key: 'public.orders:column.note' },
    ],
    [
      'a migration that names no service',
      { kind: 'migration', service: null, services: [] },
      { facet: 'schema', key: 'public.orders' },
    ],
    [
      'a deploy that brought a migration',
      { ...deploy, files: ['db/migrate/20261120_add_note.rb'] },
      { facet: 'schema', key: 'public.orders' },
    ],
    [
      'a flag by its name',
      { kind: 'flag', service: null, services: [], title: 'new-checkout rollout 20 % → 50 %', after: { rollout: 50 } },
      { service: null, facet: 'flag', key: 'new-checkout', before: '20 %', after: '50 % of all' },
    ],
    [
      'a refresh of data',
      { kind: 'maintenance', service: null, services: [], title: 'staging data refreshed' },
      { service: null, facet: 'data', key: 'orders.rows' },
    ],
  ];
  it.each(rows)('%s', (_what, given, move) => {
    expect(covers(change(given), aMove(move))?.confidence).toBe('likely');
  });
});

describe('what is doubtful explains nothing', () => {
  const rows: readonly Row[] = [
    ['a change that says another value of the key', { after: { DB_POOL_SIZE: '20' } }, {}],
    [
      'another value, though its title names the key',
      { title: 'Raise DB_POOL_SIZE', after: { DB_POOL_SIZE: '20' } },
      {},
    ],
    ['another value in its title', { title: 'DB_POOL_SIZE: 10 → 20' }, {}],
    ['another value in from and to', { title: 'DB_POOL_SIZE changed', from: '10', to: '20' }, {}],
    ['that it was set, of a fact that is gone', { after: { DB_POOL_SIZE: '50' } }, { after: null }],
    ['that it was taken away, of a fact that is there', { before: { DB_POOL_SIZE: '10' }, after: {} }, {}],
    ['the value under another key', { after: { HTTP_POOL_SIZE: '50' } }, {}],
    ['a key that ends alike', { after: { MY_DB_POOL_SIZE: '50' } }, {}],
    ['a key that ends alike, in a title', { title: 'Raise MY_DB_POOL_SIZE' }, {}],
    ['a key that begins alike, in a title', { title: 'Raise DB_POOL_SIZE_MAX' }, {}],
    ['a part of a longer name, in a title', { title: 'Raise app.DB_POOL_SIZE.max' }, {}],
    ['a name of one plain word, in a title', { title: 'raise timeout' }, { key: 'timeout' }],
    [
      'the key and value of another service',
      { service: 'search', services: ['search'], after: { DB_POOL_SIZE: '50' } },
      {},
    ],
    [
      'another value of a key of many services, where no service is named',
      { service: null, services: [], after: { DB_POOL_SIZE: '20' } },
      {},
    ],
    [
      'that a key of many services is gone, where no service is named',
      { service: null, services: [], before: { DB_POOL_SIZE: '10' }, after: {} },
      { after: null },
    ],
    ['a key in the title, where no service is named', { service: null, services: [], title: 'Raise DB_POOL_SIZE' }, {}],
    [
      'the same attribute of another resource',
      {
        kind: 'infrastructure',
        services: [],
        service: null,
        after: { 'aws_db_instance.other': { engine_version: '50' } },
      },
      resource,
    ],
    [
      'another attribute of the same resource',
      {
        kind: 'infrastructure',
        services: [],
        service: null,
        after: { 'aws_db_instance.main': { instance_class: 'db.m6' } },
        details: { update: ['aws_db_instance.main'] },
      },
      resource,
    ],
    [
      'a resource whose address begins alike',
      { kind: 'infrastructure', services: [], service: null, details: { update: ['aws_db_instance.main2'] } },
      resource,
    ],
    [
      'the same setting of another ConfigMap',
      { services: [], service: null, title: 'ConfigMap mail in prod changed', after: { LOG_LEVEL: '50' } },
      { service: null, facet: 'config', key: 'ConfigMap/shop:LOG_LEVEL' },
    ],
    [
      'an object of another sort with the name',
      { title: 'Ingress checkout in shop changed' },
      { facet: 'config', key: 'Deployment/checkout:spec.template' },
    ],
    [
      'a restart of what holds it',
      { kind: 'maintenance', title: 'Deployment checkout in shop restarted' },
      { facet: 'config', key: 'Deployment/checkout:spec.template' },
    ],
    ['a deploy, of an env variable', deploy, {}],
    ['a deploy, of configuration', deploy, file],
    ['a deploy, of the database', deploy, { facet: 'database', key: 'max_connections' }],
    ['a deploy, of infrastructure', deploy, { facet: 'infrastructure', key: 'node/a:memory' }],
    ['a deploy, of the network', deploy, { facet: 'network', key: 'tls.issuer' }],
    ['a deploy, of a flag', deploy, { facet: 'flag', key: 'new-checkout' }],
    [
      'a deploy without a migration, of the schema',
      { ...deploy, files: ['src/a.ts'] },
      { facet: 'schema', key: 'public.orders' },
    ],
    ['a deploy of another version', deploy, { facet: 'version', key: 'version', after: '1.43.0' }],
    [
      'a deploy of another commit',
      { ...deploy, to: null, commit: 'a'.repeat(40) },
      { facet: 'version', key: 'commit', after: 'b'.repeat(40) },
    ],
    [
      'a deploy of another service, of a package',
      { ...deploy, service: 'search', services: ['search'] },
      { facet: 'package', key: 'lodash' },
    ],
    [
      'a deploy that names no service, of a package',
      { ...deploy, service: null, services: [] },
      { facet: 'package', key: 'lodash' },
    ],
    ['a deploy, of a package of the environment', deploy, { service: null, facet: 'package', key: 'openssl' }],
    [
      'a deploy of what was there already, of a package',
      { ...deploy, from: '1.42.0' },
      { facet: 'package', key: 'lodash' },
    ],
    ['a deploy, of a version that is gone', deploy, { facet: 'version', key: 'version', after: null }],
    ['a deploy that failed', { ...deploy, status: 'failed' }, { facet: 'version', key: 'version', after: '1.42.0' }],
    [
      'a deploy that was given up',
      { ...deploy, status: 'cancelled' },
      { facet: 'version', key: 'version', after: '1.42.0' },
    ],
    [
      'a deploy that has not ended',
      { ...deploy, status: 'started' },
      { facet: 'version', key: 'version', after: '1.42.0' },
    ],
    [
      'a deploy on which sources disagree',
      { ...deploy, risks: [{ name: 'disagreement', text: '' }] },
      { facet: 'version', key: 'version', after: '1.42.0' },
    ],
    ['what is only planned', { after: { DB_POOL_SIZE: '50' }, risks: [{ name: 'planned', text: '' }] }, {}],
    ['a drift, for it reports and does not do', { kind: 'drift', after: { DB_POOL_SIZE: '50' } }, {}],
    ['a note', { kind: 'note', after: { DB_POOL_SIZE: '50' } }, {}],
    [
      'the file, by a merge of another repository',
      { kind: 'merge', service: 'search', services: ['search'], files: ['config/app.yaml'] },
      file,
    ],
    [
      'the file, by a merge of no known service',
      { kind: 'merge', service: null, services: [], files: ['config/app.yaml'] },
      file,
    ],
    [
      'a file that every repository has, of the environment',
      { kind: 'merge', files: ['package-lock.json'] },
      { service: null, facet: 'package', key: 'package-lock.json:lodash' },
    ],
    ['another file of the same name', { kind: 'merge', files: ['staging/config/app.yaml'] }, file],
    ['a merge that names the key in its title', { kind: 'merge', title: 'Raise DB_POOL_SIZE' }, {}],
    [
      'a migration of another service',
      { kind: 'migration', service: 'search', services: ['search'] },
      { facet: 'schema', key: 'public.orders' },
    ],
    ['a migration, of a setting of the database', { kind: 'migration' }, { facet: 'database', key: 'max_connections' }],
    [
      'another flag',
      { kind: 'flag', title: 'new-checkout-v2 turned on', after: { on: true } },
      { facet: 'flag', key: 'new-checkout', after: 'true' },
    ],
    [
      'a flag that was turned the other way',
      { kind: 'flag', title: 'new-checkout turned off', after: { on: false } },
      { facet: 'flag', key: 'new-checkout', after: 'true' },
    ],
    [
      'maintenance of something else',
      { kind: 'maintenance', title: 'nodes drained' },
      { facet: 'data', key: 'orders.rows' },
    ],
  ];
  it.each(rows)('%s', (_what, given, move) => {
    expect(covers(change(given), aMove(move))).toBeNull();
  });
});

describe('whatever a change holds', () => {
  const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'qwxyz_.:/-') });
  const strange = fc.record({
    kind: fc.constantFrom(...kinds),
    status: fc.constantFrom(null, ...statuses),
    title: fc.string({ unit: 'grapheme' }),
    after: fc.option(fc.dictionary(word, fc.jsonValue())),
    details: fc.dictionary(word, fc.jsonValue()),
    files: fc.array(word),
    from: fc.option(word),
    to: fc.option(word),
  });

  it('one of another service never explains a fact', () => {
    fc.assert(
      fc.property(strange, fc.constantFrom(...facets), word, fc.option(word), (given, facet, key, after) => {
        const other = aChange({ ...given, service: 'search', services: ['search'] });
        expect(covers(other, aMove({ facet, key, after }))).toBeNull();
      }),
    );
  });

  it('one that names nothing of the fact never explains a setting, and is read without failing', () => {
    const settings = facets.filter((each) => !['version', 'package', 'runtime', 'schema', 'data'].includes(each));
    fc.assert(
      fc.property(strange, fc.constantFrom(...settings), fc.option(word), (given, facet, after) => {
        expect(covers(aChange(given), aMove({ facet, key: 'NAMED_NOWHERE', after }))).toBeNull();
      }),
    );
  });

  it('one that says the value of the key never is less than certain, one that says another never explains', () => {
    fc.assert(
      fc.property(fc.constantFrom('env', 'config', 'database'), fc.integer(), fc.integer(), (facet, said, seen) => {
        const found = covers(change({ after: { DB_POOL_SIZE: said } }), aMove({ facet, after: `${seen}` }));
        expect(found?.confidence ?? null).toBe(said === seen ? 'certain' : null);
      }),
    );
  });
});
