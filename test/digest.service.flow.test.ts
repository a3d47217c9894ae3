import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Slack, startSlack } from '../playground/slack.ts';
import type { Service } from '../src/start/service.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { slackVariables, startWatchingService } from './watching-service.ts';

const soon = { timeout: 20_000, interval: 20 };
/** A Thursday; its clock stands still. */
const now = new Date('2026-11-26T12:00:30Z');

let folder: string;
let file: string;
let database: TestDatabase;
let slack: Slack;
let service: Service;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-digest-'));
  file = join(folder, 'sincewhen.yml');
  database = await createTestDatabase();
  slack = await startSlack({
    signingSecret: 'a-signing-secret',
    botToken: 'xoxb-bot',
    people: [{ name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' }],
    channels: [{ name: 'ops', topic: '', bot: true }],
  });
  tellOn('monday', '09:00');
  service = await startWatchingService(
    { databaseUrl: database.url, file, environment: slackVariables(slack.apiUrl) },
    { now: () => now },
  );
});
afterEach(async () => {
  await service.stop();
  await slack.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

function tellOn(day: string, time: string): void {
  writeFileSync(file, JSON.stringify({ digest: { day, time, timezone: 'UTC', channel: '#ops' } }));
}

it('knows the channel of a digest from its start, and tells what an edit of the settings makes due at once', async () => {
  const named = () => database.db.selectFrom('digest_channels').selectAll().execute();
  await vi.waitFor(async () => expect(await named()).toEqual([{ named: '#ops', since: now }]), soon);
  // It was named long before that time.
  await database.db
    .updateTable('digest_channels')
    .set({ since: new Date('2026-11-26T08:00:00Z') })
    .execute();
  tellOn('thursday', '12:00');
  const rows = () => database.db.selectFrom('digests').select(['named', 'week', 'due_at']).execute();

  await vi.waitFor(
    async () =>
      expect(await rows()).toEqual([{ named: '#ops', week: '2026-W48', due_at: new Date('2026-11-26T12:00:00Z') }]),
    soon,
  );
}, 60_000);
