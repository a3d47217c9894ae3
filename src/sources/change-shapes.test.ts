import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDelivery, readSource } from '../../test/read-source.ts';
import { api } from './generic-change.ts';
import { kindOfWords } from './reading/told-fields.ts';

const sha = 'c0ffee00'.repeat(5);

/** The statement that a body becomes. */
function statementOf(body: unknown) {
  const parsed = readSource(api, body);
  if (parsed.outcome !== 'events' || parsed.events[0] === undefined) throw new Error(JSON.stringify(parsed));
  return parsed.events[0].statement;
}

function errorOf(body: unknown) {
  const parsed = readSource(api, body);
  return parsed.outcome === 'events' ? parsed.rejected?.[0]?.error : JSON.stringify(parsed);
}

function pagerDuty(summary: string, details: object = {}, more: object = {}) {
  return {
    payload: { summary, source: 'ci', timestamp: '2026-11-20T14:05:00.000+0000', custom_details: details, ...more },
    links: [{ href: 'https://ci.example.com/7?tab=log', text: 'Run' }],
  };
}

describe('a change event of PagerDuty', () => {
  it('is the change that its details describe', () => {
    const details = {
      service: 'checkout',
      environment: 'prod',
      version: '1.42.0',
      commit: sha,
      repo: 'Acme/Checkout',
      run_url: 'https://ci.example.com/7?tab=log',
      user: 'ada',
      build_state: 'passed',
      duration: '3 min',
    };

    expect(readSource(api, pagerDuty('Deployed checkout', details))).toMatchObject({
      events: [
        {
          statement: {
            source: 'api',
            kind: 'deploy',
            title: 'Deployed checkout',
            phase: 'succeeded',
            occurredAt: '2026-11-20T14:05:00.000Z',
            serviceName: 'checkout',
            environmentName: 'prod',
            to: '1.42.0',
            commit: sha,
            repository: 'acme/checkout',
            actor: { name: 'ada' },
            url: 'https://ci.example.com/7?tab=log',
            details: { duration: '3 min', source: 'ci' },
          },
          mentions: [
            { type: 'commit', value: `acme/checkout@${sha}` },
            { type: 'run', value: 'https://ci.example.com/7' },
          ],
        },
      ],
    });
  });

  it.each([
    ['author', '{"name":"Ada","email":"ada@example.com"}', { name: 'Ada', email: 'ada@example.com' }],
    ['creator', { login: 'ada' }, { login: 'ada' }],
    ['triggered_by', 'ada@example.com', { email: 'ada@example.com' }],
  ])('knows whom %s: %j names', (field, value, actor) => {
    expect(statementOf(pagerDuty('x', { [field]: value })).actor).toEqual(actor);
  });

  it.each([
    ['2026-11-20T14:05:00', 'received'],
    ['soon', 'received'],
    ['2026-11-20T14:05:00Z', 'source'],
  ])('at %s has the clock %s, and is one change however often it is sent', (timestamp, clock) => {
    const body = pagerDuty('x', {}, { timestamp });
    const later = readDelivery(api, body, { receivedAt: new Date('2026-11-22T00:00:00Z') }).parsed;

    expect(statementOf(body).clock).toBe(clock);
    expect(later).toMatchObject({ events: [{ statement: { key: statementOf(body).key } }] });
  });

  it('needs a summary', () => {
    expect(errorOf({ payload: {} })).toContain('title');
  });
});

describe('an event of Datadog', () => {
  it('of version 1 is told by its tags', () => {
    const body = {
      title: 'Deploy of checkout finished',
      text: '%%% \n all good \n %%%',
      tags: ['env:prod', 'service:checkout', 'version:1.42.0', `git.commit.sha:${sha}`, 'urgent'],
      date_happened: 1_795_183_500,
      alert_type: 'success',
    };

    expect(statementOf(body)).toMatchObject({
      kind: 'deploy',
      title: body.title,
      phase: 'succeeded',
      environmentName: 'prod',
      serviceName: 'checkout',
      to: '1.42.0',
      commit: sha,
      reason: 'all good',
      occurredAt: new Date(body.date_happened * 1000).toISOString(),
    });
    expect(statementOf({ ...body, alert_type: 'error' }).phase).toBe('failed');
    expect(statementOf({ ...body, title: 'Hello', alert_type: 'error' })).toMatchObject({
      kind: 'note',
      phase: 'happened',
    });
  });

  const change = (attributes: object, more: object = {}) => ({
    data: {
      type: 'event',
      attributes: {
        title: 'new-checkout is on',
        category: 'change',
        timestamp: '2026-11-20T14:05:00Z',
        ...more,
        attributes,
      },
    },
  });

  it('of version 2 is told by the resource that changed', () => {
    const body = change(
      {
        changed_resource: { name: 'new-checkout', type: 'feature_flag' },
        author: { name: 'ada', type: 'user' },
        prev_value: { on: false },
        new_value: { on: true },
        impacted_resources: [{ name: 'checkout', type: 'service' }],
        change_metadata: { rollout: 50 },
      },
      { tags: ['env:prod'] },
    );

    expect(statementOf(body)).toMatchObject({
      kind: 'flag',
      title: 'new-checkout is on',
      serviceName: 'checkout',
      environmentName: 'prod',
      actor: { name: 'ada' },
      before: { on: false },
      after: { on: true },
      details: { rollout: 50, resource: 'new-checkout' },
    });
    expect(statementOf(change({ changed_resource: { name: 'x', type: 'configuration' } })).kind).toBe('config');
  });

  it('that is an alert is refused', () => {
    expect(errorOf(change({ status: 'error' }, { category: 'alert' }))).toBe(
      'an event of the category alert is no change',
    );
  });

  it('of DORA metrics is a deploy with beginning and end', () => {
    const attributes = {
      service: 'checkout',
      env: 'prod',
      version: 'v1.42.0',
      started_at: 1_795_183_200_000_000_000n.toString(),
      finished_at: 1_795_183_500_000_000_000n.toString(),
      git: { commit_sha: sha, repository_url: 'https://github.com/Acme/Checkout.git' },
    };

    expect(statementOf({ data: { attributes } })).toMatchObject({
      kind: 'deploy',
      phase: 'succeeded',
      title: 'Deploy checkout v1.42.0',
      repository: 'acme/checkout',
      startedAt: new Date(1_795_183_200_000).toISOString(),
      occurredAt: new Date(1_795_183_500_000).toISOString(),
    });
  });
});

describe('a change event of FireHydrant', () => {
  const body = {
    summary: 'Deployed checkout 1.42.0',
    starts_at: '2026-11-20T14:00:00Z',
    ends_at: '2026-11-20T14:05:00Z',
    services: ['checkout'],
    environments: ['production'],
    labels: { version: '1.42.0', cluster: 'eu' },
    change_identities: [{ type: 'revision', value: sha }],
    authors: [{ name: 'Ada', source: 'github', source_id: '1' }],
    attachments: [{ type: 'link', href_url: 'https://ci.example.com/7' }],
    external_id: 'run-7',
  };

  it('is told by what it lists', () => {
    expect(readSource(api, body)).toMatchObject({
      events: [
        {
          statement: {
            kind: 'deploy',
            title: body.summary,
            phase: 'succeeded',
            startedAt: '2026-11-20T14:00:00.000Z',
            occurredAt: '2026-11-20T14:05:00.000Z',
            serviceName: 'checkout',
            environmentName: 'production',
            to: '1.42.0',
            commit: sha,
            actor: { name: 'Ada' },
            url: 'https://ci.example.com/7',
            details: { cluster: 'eu' },
          },
          mentions: [{ type: 'revision', value: sha }],
        },
      ],
    });
  });

  it('that ends as it begins has no duration', () => {
    expect(statementOf({ ...body, ends_at: body.starts_at }).phase).toBe('happened');
  });

  it('of several services keeps them all, and claims to be of none', () => {
    const several = statementOf({ ...body, services: [{ slug: 'checkout' }, { slug: 'ledger' }] });

    expect(several.serviceName).toBeUndefined();
    expect(several.details).toMatchObject({ services: ['checkout', 'ledger'] });
  });
});

describe('our own shape', () => {
  it('comes first, whatever else a change looks like', () => {
    const body = { ...pagerDuty('theirs'), kind: 'note', title: 'ours', summary: 'theirs', text: 'theirs' };

    expect(statementOf(body)).toMatchObject({ kind: 'note', title: 'ours' });
  });

  it('is what an unknown body is measured by', () => {
    expect(errorOf({ hello: 'world' })).toContain('kind');
  });
});

describe('the kind of a change that has none', () => {
  it.each([
    ['Deployed checkout to prod', 'deploy'],
    ['Job deploy-checkout #7 succeeded', 'deploy'],
    ['Rolled back checkout', 'rollback'],
    ['Rollback of deploy 7', 'rollback'],
    ['[PR Merged - acme/checkout] Revert the release', 'merge'],
    ['Feature flag new-checkout enabled', 'flag'],
    ['terraform apply: deploy the network', 'infrastructure'],
    ['Ran the migration of ledger', 'migration'],
    ['Configuration update applied', 'config'],
    ['Secret successfully rotated', 'config'],
    ['Database failover', 'maintenance'],
    ['ada pushed branch main from acme/checkout', 'note'],
  ])('%s: %s', (sentence, kind) => {
    expect(kindOfWords(sentence)).toBe(kind);
  });
});

describe('whatever comes', () => {
  it('may be nested as deep as it likes', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

    expect(
      readSource(api, `{"payload": {"summary": "x", "timestamp": "soon", "custom_details": ${deep}}}`),
    ).toMatchObject({
      events: [{}],
    });
    expect(readSource(api, `{"kind": "note", "title": "x", "extra": ${deep}}`)).toMatchObject({ events: [{}] });
  });

  it('is read or rejected, and reads the same when it is kept', () => {
    const any = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constant('x'.repeat(5000)));
    const details = fc.dictionary(
      fc.constantFrom('service', 'env', 'commit', 'author', 'run_url', 'state', 'repo', '__proto__'),
      any,
    );
    const body = fc.oneof(
      fc.record({
        payload: fc.record({ summary: any, timestamp: any, custom_details: fc.oneof(any, details) }),
        links: any,
      }),
      fc.record({ title: any, text: any, tags: any, date_happened: any }),
      fc.record({
        data: fc.record({
          attributes: fc.record({ title: any, category: fc.constant('change'), attributes: fc.oneof(any, details) }),
        }),
      }),
      fc.record({ data: fc.record({ attributes: fc.record({ service: any, started_at: any, git: any }) }) }),
      fc.record({
        summary: any,
        starts_at: any,
        labels: fc.oneof(any, details),
        change_identities: any,
        authors: any,
        services: any,
      }),
    );
    fc.assert(
      fc.property(body, (each) => {
        const kept = readDelivery(api, each);
        const again = readDelivery(api, kept.body, { headers: kept.headers });

        expect(again.parsed).toEqual(kept.parsed);
        expect(JSON.stringify(kept.parsed)).not.toMatch(/\\u0000|(?<!\\)(?:\\\\)*\\ud[89a-f]/);
        for (const { statement, mentions } of kept.parsed.outcome === 'events' ? kept.parsed.events : []) {
          expect(statement.key.length).toBeLessThanOrEqual(500);
          for (const { value } of mentions) expect(value.length).toBeLessThanOrEqual(300);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
