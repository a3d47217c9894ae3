import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anAnswer, aSource } from './answers.ts';
import { type SlackIncidents, startSlackIncidents } from './slack-incidents.ts';
import { createWelcome } from '../src/slack/welcome.ts';
import { keepPing } from '../src/timeline/source-pings.ts';

let world: SlackIncidents;

beforeEach(async () => {
  world = await startSlackIncidents();
  answers({ coverage: [] });
});
afterEach(() => world.stop());

function answers(given: Parameters<typeof anAnswer>[0]) {
  world.ask.mockImplementation(() => Promise.resolve({ outcome: 'answer', answer: anAnswer(given) }));
}

async function open(user: string, tab: 'home' | 'messages' = 'home') {
  await world.slack.openHome(user, tab);
  await world.settled();
}

/** What Slack puts off for the moment is told when the bot is opened again. */
async function untilWritten(words: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await open('ada');
      expect(written()).toEqual([expect.stringContaining(words)]);
    },
    { timeout: 10_000, interval: 200 },
  );
}

/** What the bot has written to anybody, as it reads now. */
function written(): readonly string[] {
  return world.slack.workspace.messages.filter(({ onlyFor }) => onlyFor === null).map(({ text }) => text);
}

describe('whoever installed the bot', () => {
  it('is written one message, which follows them to their first question', async () => {
    await open('ada', 'messages');
    expect(written()).toEqual([expect.stringContaining('Welcome. One step first. No source is connected yet')]);
    expect(written()[0]).toContain('GITHUB_WEBHOOK_SECRET');

    await open('ada');
    answers({ coverage: [aSource({ state: 'never', newest: null })] });
    await untilWritten('I am waiting for the first event of GitHub');

    await keepPing(world.database.db, 'github', new Date());
    await untilWritten('The test event of GitHub has arrived: the connection works');

    answers({ coverage: [aSource()] });
    await untilWritten('All set. GitHub is connected. Ask your first question');

    answers({ coverage: [] });
    await open('ada');
    expect(written()).toHaveLength(1);
    expect(written()[0]).toContain('All set.');
  }, 40_000);

  it('is the first who opens it: nobody else is written to', async () => {
    await open('ada');
    await open('grace');
    await open('grace', 'messages');

    expect(written()).toHaveLength(1);
    expect(await world.database.db.selectFrom('welcomes').select('person').execute()).toEqual([
      { person: world.idOf('ada') },
    ]);
  });

  it('is no guest', async () => {
    await open('guest');
    await open('partner', 'messages');

    expect(written()).toEqual([]);
    expect(await world.database.db.selectFrom('welcomes').selectAll().execute()).toEqual([]);
  });

  it('is told nothing where sources reported before anybody came', async () => {
    answers({ coverage: [aSource()] });
    await open('ada');
    answers({ coverage: [] });
    await open('grace');

    expect(written()).toEqual([]);
  });

  it('gets one message from two processes at once, and after a failure of Slack', async () => {
    const { slack, database } = world;
    const { app, team } = slack.workspace;
    const start = () =>
      createWelcome({
        botToken: 'xoxb-bot',
        apiUrl: slack.apiUrl,
        db: database.db,
        installation: Object.assign(
          () => Promise.resolve({ teamId: team.id, enterpriseId: null, botUserId: app.botUser }),
          { known: () => null },
        ),
        publicUrl: 'https://bot.example',
        log: pino({ enabled: false }),
        now: () => new Date(),
      });
    const member = (user: string) => ({
      outcome: 'member' as const,
      id: world.idOf(user),
      name: user,
      timezone: 'UTC',
      timezoneKnown: true,
      admin: false,
    });
    const nothing = () => Promise.resolve({ coverage: [], ping: null });
    const [one, other] = [start(), start()];

    await Promise.all([
      one(member('ada'), nothing),
      other(member('ada'), nothing),
      other(member('grace'), nothing),
      one(member('grace'), nothing),
    ]);
    await start()(member('ada'), nothing);
    await start()(member('grace'), nothing);

    expect(written()).toHaveLength(1);
    expect(written()[0]).toContain('https://bot.example/ingest/github');
  });
});
