import { describe, expect, it } from 'vitest';
import { aDifference, aReport, aSide, busyReport, comparedAt, daysBefore } from '../../../test/parity-reports.ts';
import type { ParityReport } from '../../domain/comparison/difference.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderParity } from './parity.ts';
import { renderParityList } from './parity-list.ts';

const options = { now: comparedAt, writers: new Map([['timeout', 'ada']]), services: ['checkout', 'ledger'] };

function shown(report: ParityReport): string {
  const message = renderParity(report, options);

  expect(blockKitProblems(message)).toEqual([]);
  return JSON.stringify(message.blocks);
}

describe('/parity on a busy day', () => {
  const report = busyReport();
  const message = renderParity(report, options);
  const drawn = JSON.stringify(message.blocks);

  it('answers in the first line', () => {
    expect(message.text.split('\n')[0]).toBe(
      'Parity 94 % of 87 % covered · 3 unexplained · 1 must not be equal · 1 production only (staging against production).',
    );
    expect(drawn).toContain('*Parity 94 %* of 87 % covered · 3 unexplained');
  });

  it('shows what must not be equal first, then what is unexplained, then what only production has', () => {
    const order = ['DATABASE_URL', 'PAYMENT_TIMEOUT', 'openssl', 'max_connections', '7.3.1'].map((each) =>
      drawn.lastIndexOf(each),
    );

    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
  });

  it('says both values, how old it is and who wrote last', () => {
    expect(drawn).toContain('production `30s`, staging `5s` · for 6 days');
    expect(drawn).toContain('last written by ada');
    expect(drawn).toContain('never seen equal');
  });

  it('tells no secret, only that it is the same', () => {
    expect(drawn).toContain('the same secret in both');
  });

  it('counts the rest with a button each', () => {
    expect(drawn).toContain('Explained: 40');
    expect(drawn).toContain('Pending promotion: 1');
    expect(drawn).toContain('Intended: 1');
    expect(drawn).toContain('Unknown: 1');
    expect(drawn).not.toContain('Unexplained: 3');
  });

  it('says what was not seen, and how old the data of the mirror are', () => {
    expect(drawn).toContain(
      'Not seen: *no kubernetes of production* · *kubernetes of staging 3 days ago (stale, partial, secrets of namespace payments: forbidden)*',
    );
    expect(drawn).toContain('Data of staging are 97 days old');
  });

  it('can be acted on from its text alone', () => {
    expect(message.text).toContain(
      'PAYMENT_TIMEOUT (checkout, environment variable): production 30s, staging 5s, for 6 days',
    );
    expect(message.text).toContain('/parity accept <key>'.replace('<', '&lt;').replace('>', '&gt;'));
  });
});

describe('/parity on a quiet day', () => {
  it('says that nothing differs, of how much', () => {
    const quiet = shown(aReport([], { score: { score: 100, coverage: 87.4, moved: [] } }));

    expect(quiet).toContain('*Parity 100 %* of 87 % covered');
    expect(quiet).toContain('*Nothing differs.*');
  });

  it('says that nothing has to be looked at where all is explained', () => {
    expect(shown(aReport([aDifference({ verdict: 'explained' })]))).toContain('Nothing has to be looked at');
  });

  it('does not call 99.96 all of it', () => {
    expect(shown(aReport([aDifference()], { score: { score: 99.96, coverage: 100, moved: [] } }))).toContain('99.9 %');
  });
});

describe('/parity before there is anything', () => {
  it('says how to begin, in one command', () => {
    const message = renderParity(aReport([], { facts: 0, equal: 0, collectors: [] }), options);

    expect(JSON.stringify(message.blocks)).toContain(
      'npm run -s sincewhen -- snapshot production --collector dotenv .env --service checkout',
    );
    expect(message.text).toContain('production or staging');
    expect(message.text).toContain('snapshot production --collector dotenv');
  });

  it('names the one that is missing', () => {
    const collectors = aReport([]).collectors.filter(({ environment }) => environment === 'production');

    expect(shown(aReport([], { facts: 0, equal: 0, collectors }))).toContain('snapshot staging');
  });
});

describe('one list', () => {
  it('has one row for what one change did', () => {
    const message = renderParityList(busyReport(), { ...options, verdict: 'explained', offset: 0 });

    expect(JSON.stringify(message.blocks)).toContain('*40 keys: aws provider 5.1 → 5.2*');
    expect(message.blocks).toHaveLength(3);
    expect(blockKitProblems(message)).toEqual([]);
  });

  it('is paged', () => {
    const many = aReport(Array.from({ length: 25 }, (_, index) => aDifference({ key: `KEY_${index}` })));
    const page = (offset: number) =>
      JSON.stringify(renderParityList(many, { ...options, verdict: 'unexplained', offset }).blocks);

    expect(page(0)).toContain('1–10 of 25 groups');
    expect(page(0)).toContain('parity_next');
    expect(page(0)).not.toContain('parity_previous');
    expect(page(20)).toContain('KEY_24');
    expect(page(20)).not.toContain('parity_next');
    expect(page(20)).toContain('parity_previous');
  });

  it('says that it is empty', () => {
    expect(renderParityList(aReport([]), { ...options, verdict: 'explained', offset: 0 }).text).toContain(
      'Nothing is explained',
    );
  });
});

it('stays within one message however much differs', () => {
  const long = Array.from({ length: 300 }, (_, index) =>
    aDifference({
      service: `service-${index}`,
      key: `${'long.'.repeat(60)}${index}`,
      verdict: index % 3 === 0 ? 'forbidden-equality' : 'unexplained',
      reference: aSide('x'.repeat(2000)),
      mirror: aSide('<&>'.repeat(600), { since: daysBefore(1) }),
      why: 'w'.repeat(2000),
    }),
  );
  const message = renderParity(aReport(long), options);

  expect(blockKitProblems(message)).toEqual([]);
  expect(message.blocks.length).toBeLessThan(25);
});
