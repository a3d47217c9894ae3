import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalog } from './catalog.ts';
import type { Phase, Statement, TimelineEvent } from './event.ts';
import { foldChange } from './fold.ts';
import type { Relation } from './relation.ts';

const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
  ]),
  services: [],
  configPaths: [],
};

let count = 0;

function said(fields: Partial<Statement> & { readonly at?: string }): TimelineEvent {
  const { at = '14:00:00', ...rest } = fields;
  count += 1;
  const statement: Statement = {
    key: `test:${count}`,
    source: 'github',
    occurredAt: `2026-11-20T${at}.000Z`,
    clock: 'source',
    phase: 'happened',
    ...rest,
  };
  return { statement, identities: [{ type: 'deployment', value: 'acme/checkout#17' }], mentions: [] };
}

function fold(events: readonly TimelineEvent[], relation: Relation | null = null) {
  return foldChange(events, catalog, relation);
}

describe('the course of a change', () => {
  const started = said({
    phase: 'started',
    at: '14:00:00',
    kind: 'deploy',
    environmentName: 'prod',
    repository: 'acme/checkout',
    to: '1.42.0',
  });
  const failed = said({ phase: 'failed', at: '14:03:00' });
  const passed = said({ phase: 'succeeded', at: '14:05:00' });
  const elsewhereFailed = said({ phase: 'failed', at: '14:04:00', source: 'argocd' });

  it.each([
    ['runs after its start', [started], 'started', null],
    ['has failed when its source said so last', [started, failed], 'failed', '14:03:00'],
    ['has succeeded when its source took the failure back', [started, failed, passed], 'succeeded', '14:05:00'],
    ['has failed when one of two sources says so', [started, passed, elsewhereFailed], 'failed', '14:04:00'],
    ['is known without its start', [passed], 'succeeded', '14:05:00'],
  ] as const)('%s', (_, events, status, end) => {
    const change = fold(events);
    expect(change.status).toBe(status);
    expect(change.finishedAt?.toISOString() ?? null).toBe(end === null ? null : `2026-11-20T${end}.000Z`);
  });

  it('takes effect at its end, and began at its first statement', () => {
    const change = fold([passed, started]);
    expect(change.at?.toISOString()).toBe('2026-11-20T14:05:00.000Z');
    expect(change.occurredAt.toISOString()).toBe('2026-11-20T14:00:00.000Z');
  });

  it('did not begin when it was planned', () => {
    const planned = said({ phase: 'happened', at: '13:00:00' });
    expect(fold([planned, started, passed]).occurredAt.toISOString()).toBe('2026-11-20T14:00:00.000Z');
  });

  it('is planned until it is known to have been applied', () => {
    const planned = said({ phase: 'happened', at: '13:00:00', traits: ['planned'] });
    expect(fold([planned]).risks.map(({ name }) => name)).toEqual(['planned']);
    expect(fold([planned, started]).risks).toEqual([]);
  });

  it('takes an end to come after a beginning of the same second', () => {
    const end = said({ phase: 'succeeded', at: '14:00:00' });
    expect(fold([started, end]).status).toBe('succeeded');
    expect(fold([end, started]).status).toBe('succeeded');
  });

  it('runs again when its source starts it after a failure', () => {
    expect(fold([failed, said({ phase: 'started', at: '14:10:00' })]).status).toBe('started');
  });

  it('is not shown while it has only been mentioned', () => {
    expect(fold([said({ phase: 'mentioned' })]).at).toBeNull();
    expect(fold([said({ phase: 'mentioned' }), started]).at).not.toBeNull();
  });

  it('prefers a source’s clock to the time of receipt', () => {
    const heard = said({ at: '13:00:00', clock: 'received' });
    const told = said({ at: '14:30:00' });
    expect(fold([heard, told])).toMatchObject({ clock: 'source', occurredAt: new Date('2026-11-20T14:30:00Z') });
    expect(fold([heard])).toMatchObject({ clock: 'received', occurredAt: new Date('2026-11-20T13:00:00Z') });
  });
});

describe('what a change says', () => {
  it('lets authority win over time, and time over nothing', () => {
    const title = (fields: Partial<Statement> & { at?: string }) => said({ ...fields });
    expect(
      fold([title({ title: 'a', at: '15:00:00' }), title({ title: 'b', at: '14:00:00', authority: 1 })]).title,
    ).toBe('b');
    expect(fold([title({ title: 'late', at: '15:00:00' }), title({ title: 'early', at: '14:00:00' })]).title).toBe(
      'late',
    );
  });

  it('names itself by service, version and environment when no source gave a title', () => {
    const change = fold([
      said({ phase: 'succeeded', kind: 'deploy', environmentName: 'PROD', repository: 'acme/checkout', to: '1.42.0' }),
    ]);
    expect(change.title).toBe('deploy checkout 1.42.0 to production');
  });

  it('is a rollback, with the version before it, when its neighbours say so', () => {
    const relation: Relation = { previousId: '1', from: '1.42.0', previousCommit: null, rollback: true, carried: null };
    const change = fold([said({ kind: 'deploy', to: '1.41.3' })], relation);
    expect(change).toMatchObject({ kind: 'rollback', from: '1.42.0' });
    expect(change.risks.map((risk) => risk.name)).toContain('rollback');
  });
});

const phases: readonly Phase[] = ['mentioned', 'started', 'succeeded', 'failed', 'cancelled', 'happened'];

const anyEvent = fc
  .record({
    key: fc.integer({ min: 0, max: 8 }).map((n) => `key-${n}`),
    source: fc.constantFrom('github', 'argocd'),
    minute: fc.integer({ min: 0, max: 5 }),
    clock: fc.constantFrom('source' as const, 'received' as const),
    phase: fc.constantFrom(...phases),
    authority: fc.integer({ min: 0, max: 2 }),
    title: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
  })
  .map(({ key, minute, title, ...rest }) =>
    // A key stands for one statement: everything but a time of receipt follows from it.
    said({
      ...rest,
      key: JSON.stringify([key, rest, title, rest.clock === 'source' ? minute : 0]),
      at: `14:0${minute}:00`,
      ...(title === undefined ? {} : { title }),
    }),
  );

describe('adding up', () => {
  it('gives the same change however late, often or disordered its events arrive', () => {
    fc.assert(
      fc.property(
        fc
          .array(anyEvent, { minLength: 1, maxLength: 8 })
          .chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
            ),
          ),
        ([events, shuffled]) => {
          expect(fold(shuffled)).toEqual(fold(events));
        },
      ),
    );
  });
});
