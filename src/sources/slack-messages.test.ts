import { describe, expect, it } from 'vitest';
import { readDelivery, readSource } from '../../test/read-source.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { type MessageRule, slackMessages } from './slack-messages.ts';

const rule: MessageRule = {
  channel: '#deploys',
  bot: 'Deploy Bot',
  pattern: String.raw`^(?<service>[\w-]+) (?<to>v?[\d.]+) (?<status>\w+) to (?<environment>\w+)( by (?<actor>.+))?$`,
  kind: 'deploy',
};

const message = {
  bot_id: 'B1',
  app_id: 'A1',
  username: 'Deploy Bot',
  ts: '1795183200.000100',
  text: 'checkout v1.42.0 deployed to prod by Ada',
};

interface Telling {
  readonly said?: object;
  readonly rules?: readonly MessageRule[];
  readonly channel?: object;
  readonly catalog?: Catalog;
}

function heard(said: object = {}, channel: object = { id: 'C1', name: 'deploys' }) {
  return { event_id: 'Ev1', channel, event: { type: 'message', channel: 'C1', ...message, ...said } };
}

function edited(text: string, more: object = {}) {
  const event = {
    type: 'message',
    subtype: 'message_changed',
    channel: 'C1',
    ts: '1795183300.000200',
    message: { ...message, text, ...more },
  };
  return { event_id: 'Ev2', channel: { id: 'C1', name: 'deploys' }, event };
}

function parsed({ said = {}, rules = [rule], channel }: Telling = {}) {
  return readSource(slackMessages(rules), heard(said, channel));
}

function eventOf(body: unknown, rules = [rule], catalog?: Catalog): TimelineEvent {
  const read = readSource(slackMessages(rules), body, catalog === undefined ? {} : { catalog });
  const [event] = read.outcome === 'events' ? read.events : [];
  if (event === undefined) throw new Error(JSON.stringify(read));
  return event;
}

describe('a message that fits a rule', () => {
  it('is a change, told at second hand', () => {
    expect(eventOf(heard())).toMatchObject({
      statement: {
        source: 'slack',
        kind: 'deploy',
        phase: 'succeeded',
        occurredAt: '2026-11-20T14:00:00.000Z',
        clock: 'source',
        serviceName: 'checkout',
        environmentName: 'prod',
        to: 'v1.42.0',
        actor: { name: 'Ada' },
        authority: -1,
        traits: ['hearsay'],
        url: 'https://slack.com/archives/C1/p1795183200000100',
        details: { channel: '#deploys', bot: 'Deploy Bot', message: 'checkout v1.42.0 deployed to prod by Ada' },
      },
      identities: [{ type: 'slack-message', value: 'C1:1795183200.000100' }],
    });
  });

  it.each([
    ['attachments', { text: '', attachments: [{ text: '*checkout* `v1.42.0` deployed to prod' }] }],
    [
      'an attachment’s fallback',
      { text: 'Deploy', attachments: [{ color: 'good', fallback: 'checkout v1.42.0 deployed to prod' }] },
    ],
    [
      'blocks',
      {
        text: 'Deploy',
        blocks: [
          {
            type: 'section',
            text: { type: 'mrkdwn', text: '<https://example.com|checkout> v1.42.0 deployed to prod' },
          },
        ],
      },
    ],
    ['one line of several', { text: 'Good news\ncheckout v1.42.0 deployed to prod\n:rocket:' }],
  ])('is found in %s', (_, said) => {
    expect(eventOf(heard(said)).statement).toMatchObject({ serviceName: 'checkout', to: 'v1.42.0' });
  });

  it.each([
    ['deploying', 'started'],
    ['started', 'started'],
    ['deployed', 'succeeded'],
    ['FAILED', 'failed'],
    ['aborted', 'cancelled'],
    ['sent', 'succeeded'],
  ])('with the status %s has %s', (status, phase) => {
    expect(eventOf(heard({ text: `checkout v1.42.0 ${status} to prod` })).statement.phase).toBe(phase);
  });

  it('takes what the rule says where the message says nothing', () => {
    const quiet: MessageRule = {
      channel: 'C1',
      pattern: 'Limits (?:raised|lowered)',
      kind: 'config',
      environment: 'production',
      service: 'checkout',
    };

    expect(eventOf(heard({ text: 'Limits raised!' }), [quiet]).statement).toMatchObject({
      kind: 'config',
      phase: 'happened',
      title: 'Limits raised',
      environmentName: 'production',
      serviceName: 'checkout',
    });
  });

  it('knows a commit where the service’s repository is known', () => {
    const sha = 'b2'.repeat(20);
    const service = {
      aliases: [],
      paths: [],
      configPaths: null,
      branches: {},
      dependsOn: [],
      owners: [],
      name: 'checkout',
      repository: 'acme/checkout',
    };
    const catalog: Catalog = { environments: new Map(), services: [service], configPaths: [] };
    const withCommit = { ...rule, pattern: '(?<service>\\w+) at (?<commit>\\w+)' };

    expect(eventOf(heard({ text: `checkout at ${sha}` }), [withCommit], catalog)).toMatchObject({
      statement: { commit: sha, to: 'b2b2b2b', repository: 'acme/checkout' },
      mentions: [{ type: 'commit', value: `acme/checkout@${sha}` }],
    });
    expect(eventOf(heard({ text: 'ledger at c0ffee1' }), [withCommit], catalog).statement).toMatchObject({
      to: 'c0ffee1',
    });
  });

  it.each([
    ['ada@example.com', { email: 'ada@example.com' }],
    ['<@U0ADA>', { name: '@U0ADA' }],
  ])('is by %s', (who, actor) => {
    expect(eventOf(heard({ text: `checkout 1.2 deployed to prod by ${who}` })).statement.actor).toEqual(actor);
  });

  it('is read by the first rule that it fits', () => {
    const other = { ...rule, kind: 'migration' as const, pattern: 'checkout' };

    expect(eventOf(heard(), [other, rule]).statement.kind).toBe('migration');
    expect(eventOf(heard(), [{ ...other, pattern: 'ledger' }, rule]).statement.kind).toBe('deploy');
  });
});

describe('an edit', () => {
  it('is about the same change, whichever comes first', () => {
    const [begun, done] = [
      eventOf(heard({ text: 'checkout v1.42.0 deploying to prod' })),
      eventOf(edited('checkout v1.42.0 deployed to prod', { edited: { ts: '1795183290.000000' } })),
    ];
    const catalog: Catalog = { environments: new Map(), services: [], configPaths: [] };

    expect(done.identities).toEqual(begun.identities);
    for (const events of [
      [begun, done],
      [done, begun],
    ]) {
      expect(foldChange(events, catalog, null)).toMatchObject({
        status: 'succeeded',
        occurredAt: new Date('2026-11-20T14:00:00Z'),
        finishedAt: new Date('2026-11-20T14:01:30Z'),
      });
    }
  });

  it('that unfolds a link says nothing new', () => {
    expect(eventOf(edited(message.text)).statement.key).toBe(eventOf(heard()).statement.key);
  });
});

describe('a message is ignored', () => {
  it.each<[string, Telling]>([
    ['of a person', { said: { bot_id: undefined, username: undefined }, rules: [{ ...rule, bot: undefined }] }],
    ['in another channel', { channel: { id: 'C2', name: 'random' } }],
    ['in a channel whose name is unknown', { channel: { id: 'C2', name: null } }],
    ['of another bot', { said: { username: 'Weather', app_id: 'A9' } }],
    ['that fits no pattern', { said: { text: 'Lunch?' } }],
    ['that was deleted', { said: { subtype: 'message_deleted' } }],
    ['about somebody who came', { said: { subtype: 'channel_join' } }],
    ['when there are no rules', { rules: [] }],
  ])('%s', (_, telling) => {
    expect(parsed(telling)).toMatchObject({ outcome: 'ignored' });
  });

  it.each([
    ['its id', { bot: 'B1' }],
    ['its app’s id', { bot: 'A1' }],
    ['its name in any case', { bot: 'deploy bot' }],
    ['nothing', { bot: undefined }],
  ])('unless its bot is named by %s', (_, bot) => {
    expect(parsed({ rules: [{ ...rule, ...bot }] }).outcome).toBe('events');
  });

  it('unless its channel is named by its id', () => {
    expect(parsed({ rules: [{ ...rule, channel: 'C1' }], channel: { id: 'C1', name: null } }).outcome).toBe('events');
  });
});

it('what is told by a Slack message only is told as such, until a system tells it too', () => {
  const catalog: Catalog = { environments: new Map(), services: [], configPaths: [] };
  const event = eventOf(heard());
  const { traits: _, authority: __, ...statement } = event.statement;
  const firsthand = { ...event, statement: { ...statement, key: 'argocd:1', source: 'argocd' } };

  expect(foldChange([event], catalog, null).risks).toEqual([{ name: 'hearsay', text: 'told by a Slack message only' }]);
  expect(foldChange([event, firsthand], catalog, null).risks).toEqual([]);
});

it('a pattern that takes for ever is given up, and the message kept for a better one', () => {
  const slow = { ...rule, bot: undefined, pattern: '^(?:a|a)*$' };

  expect(parsed({ said: { text: `${'a'.repeat(60)}b` }, rules: [slow] })).toMatchObject({
    outcome: 'malformed',
    notWhatItSends: false,
  });
});

it('secrets in a message are not kept', () => {
  const { body, parsed } = readDelivery(
    slackMessages([{ ...rule, pattern: 'password=(?<title>\\S+)' }]),
    heard({ text: 'password=hunter2hunter2' }),
  );

  expect(body.toString()).not.toContain('hunter2');
  expect(JSON.stringify(parsed)).not.toContain('hunter2');
});

it.each([
  [null],
  [{}],
  [{ event_id: 'Ev1', channel: {}, event: {} }],
  [[]],
  [{ channel: { id: 'C1' }, event: { type: 'message', ts: {} } }],
])('%j never throws', (body) => {
  expect(['malformed', 'ignored']).toContain(readSource(slackMessages([rule]), body).outcome);
});
