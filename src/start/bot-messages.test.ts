import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { emptyCatalog } from '../../test/read-source.ts';
import type { Ingest, Ingested } from '../ingest/ingest.ts';
import { concealWith } from '../sources/reading/conceal.ts';
import type { MessageRule } from '../sources/slack-messages.ts';
import { takeBotMessages } from './bot-messages.ts';

const rule: MessageRule = { channel: '#deploys', pattern: '(?<service>\\w+) deployed', kind: 'deploy' };
const message = {
  event_id: 'Ev1',
  channel: { id: 'C1', name: 'deploys' },
  event: { type: 'message', ts: '1795183200.000100', bot_id: 'B1', text: 'checkout deployed' },
};
const unavailable: Ingested = { outcome: 'unavailable', error: new Error('the database is away') };
const logged: string[] = [];

function taking(ingest: Ingest['ingest'], rules = [rule]) {
  return takeBotMessages(rules, {
    ingest: { ingest },
    catalog: emptyCatalog,
    conceal: concealWith(null),
    logger: pino({ level: 'error' }, { write: (line: string) => void logged.push(line) }),
    now: () => new Date('2026-11-20T14:00:05Z'),
    pauses: [1, 1],
  });
}

it('looks at no message without a rule', () => {
  expect(taking(vi.fn<Ingest['ingest']>(), [])).toBeNull();
});

it('names channels as Slack does', () => {
  expect(taking(vi.fn<Ingest['ingest']>(), [{ ...rule, channel: '#Deploys' }])?.channels).toEqual(
    new Set(['#deploys']),
  );
});

it('hands on what the rules read', async () => {
  const ingest = vi.fn<Ingest['ingest']>().mockResolvedValue({ outcome: 'ping' });
  await taking(ingest)?.take(message);
  const [source, delivery] = ingest.mock.lastCall ?? [];

  expect(source?.name).toBe('slack');
  expect(delivery !== undefined && source?.read(delivery).parsed).toMatchObject({
    events: [{ statement: { serviceName: 'checkout' } }],
  });
});

it('tries again while nothing can be stored, because Slack will not', async () => {
  const ingest = vi.fn<Ingest['ingest']>().mockResolvedValue({ outcome: 'ping' }).mockResolvedValueOnce(unavailable);
  await taking(ingest)?.take(message);

  expect(ingest).toHaveBeenCalledTimes(2);
  expect(logged).toEqual([]);
});

it('says so when it gives up', async () => {
  const ingest = vi.fn<Ingest['ingest']>().mockResolvedValue(unavailable);
  await taking(ingest)?.take(message);

  expect(ingest).toHaveBeenCalledTimes(3);
  expect(logged.join('')).toContain('could not be stored');
});
