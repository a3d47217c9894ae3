import { subMinutes } from 'date-fns';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startSlack, type Slack } from '../playground/slack.ts';
import { refreshCards } from '../src/incidents/refresh.ts';
import { insertIncident } from './incidents.ts';
import { type TestService, startTestService } from './test-service.ts';

let slack: Slack;
let service: TestService;

beforeAll(async () => {
  slack = await startSlack({
    signingSecret: 'a-signing-secret',
    botToken: 'xoxb-bot',
    people: [{ name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' }],
    channels: [{ name: 'incidents', topic: '', bot: true }],
  });
  service = await startTestService({
    settings: JSON.stringify({ incidents: { channel: '#incidents' }, services: { checkout: {} } }),
    environment: {
      SLACK_BOT_TOKEN: 'xoxb-bot',
      SLACK_SIGNING_SECRET: 'a-signing-secret',
      SLACK_API_URL: slack.apiUrl,
    },
  });
});
afterAll(async () => {
  await service.stop();
  await slack.close();
});

function tell(change: object) {
  return fetch(`${service.url}/api/changes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${service.tokens.ingest}` },
    body: JSON.stringify({
      kind: 'deploy',
      environment: 'production',
      service: 'checkout',
      status: 'succeeded',
      ...change,
    }),
  });
}

it('shows the card of an incident within three seconds, and a change on it within five', async () => {
  const now = new Date();
  await tell({ title: 'checkout 1.42.0', to: '1.42.0', from: '1.41.3', occurred_at: subMinutes(now, 2).toISOString() });
  const { id } = await insertIncident(service.database.db, { started_at: subMinutes(now, 1), opened_at: now });
  await refreshCards(service.database.db, [id], now);
  const card = () => slack.messages('incidents', 'ada').find(({ threadTs }) => threadTs === null);
  await vi.waitFor(() => expect(card()?.text).toContain('checkout 1.41.3 → 1.42.0'), { timeout: 3000, interval: 20 });
  await tell({ title: 'ledger', to: '3.9.0', kind: 'rollback', occurred_at: new Date().toISOString() });

  await vi.waitFor(() => expect(JSON.stringify(card()?.blocks)).toContain('3.9.0'), { timeout: 6000, interval: 20 });
  expect(slack.messages('incidents', 'ada').filter(({ threadTs }) => threadTs === null)).toHaveLength(1);
});
