import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIncidentCommand } from './command.ts';
import type { Vocabulary } from '../question.ts';

const now = new Date('2026-11-20T16:13:00Z');
const vocabulary: Vocabulary = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
  ]),
  services: new Map([
    ['checkout', 'checkout'],
    ['checkout-api', 'checkout'],
    ['ledger', 'ledger'],
    ['search', 'search'],
  ]),
};

function read(text: string) {
  return parseIncidentCommand(text, { now, timezone: 'Europe/London', vocabulary });
}

function problemOf(text: string) {
  const request = read(text);
  if (request.outcome !== 'not-understood') throw new Error(`${text} was understood: ${JSON.stringify(request)}`);
  return request;
}

describe('what is wanted of the incident of the channel', () => {
  it.each([
    ['', { do: 'show' }],
    ['status', { do: 'show' }],
    ['start Checkout errors', { do: 'start', title: 'Checkout errors' }],
    ['START "Checkout errors"', { do: 'start', title: 'Checkout errors' }],
    ['declare INC-7 is back', { do: 'start', title: 'INC-7 is back' }],
    ['open', { do: 'start', title: '' }],
    ['/incident start 支払いが失敗する 🔥', { do: 'start', title: '支払いが失敗する 🔥' }],
    ['note the pool is *full*, failing over', { do: 'note', text: 'the pool is *full*, failing over' }],
    ['note: INC-41 looks alike', { do: 'note', text: 'INC-41 looks alike' }],
    ['log start of the failover', { do: 'note', text: 'start of the failover' }],
    ['cause checkout 1.42.0', { do: 'verdict', verdict: 'caused', change: 'checkout 1.42.0' }],
    ['it was PR #812', { do: 'verdict', verdict: 'caused', change: 'PR #812' }],
    ['cause', { do: 'verdict', verdict: 'caused', change: '' }],
    ['not search 7.3.0', { do: 'verdict', verdict: 'dismissed', change: 'search 7.3.0' }],
    ['fixed by 1.41.3', { do: 'verdict', verdict: 'fixed', change: '1.41.3' }],
    ['resolve', { do: 'resolve', note: '' }],
    ['fixed', { do: 'resolve', note: '' }],
    ['resolved rolled back, errors are gone', { do: 'resolve', note: 'rolled back, errors are gone' }],
    ['mitigated traffic is on the old pool', { do: 'mitigated', note: 'traffic is on the old pool' }],
    ['reopen', { do: 'reopen' }],
    ['timeline', { do: 'timeline', privately: false }],
    ['timeline me', { do: 'timeline', privately: true }],
    ['post-mortem', { do: 'timeline', privately: false }],
    ['catch up', { do: 'catchup' }],
    ['correct', { do: 'correct' }],
    ['part', { do: 'part' }],
    ['start-time 14:05', { do: 'start-time', at: new Date('2026-11-20T14:05:00Z'), notes: [] }],
    ['started 14:05', { do: 'start-time', at: new Date('2026-11-20T14:05:00Z'), notes: [] }],
    ['began 20 minutes ago', { do: 'start-time', at: new Date('2026-11-20T15:53:00Z'), notes: [] }],
    ['services checkout-api, ledger', { do: 'scope', services: ['checkout', 'ledger'] }],
    [
      'services checkout and ledger in prod',
      { do: 'scope', services: ['checkout', 'ledger'], environment: 'production' },
    ],
    ['affected Checkout', { do: 'scope', services: ['checkout'] }],
    ['env staging', { do: 'scope', environment: 'staging' }],
    ['severity critical', { do: 'severity', severity: 'critical' }],
    ['severity SEV1', { do: 'severity', severity: 'critical' }],
    ['sev 2', { do: 'severity', severity: 'error' }],
    ['priority p3', { do: 'severity', severity: 'warning' }],
    ['severity 5', { do: 'severity', severity: 'info' }],
    ['title Payments fail', { do: 'title', title: 'Payments fail' }],
    ['join INC-41', { do: 'join', other: '41' }],
    ['same as inc-041', { do: 'join', other: '41' }],
  ])('/incident %s', (text, command) => {
    expect(read(text)).toEqual({ outcome: 'command', incidentId: null, command });
  });
});

it.each([
  ['INC-42', { do: 'show' }],
  ['INC-42 resolve', { do: 'resolve', note: '' }],
  ['resolve inc-42', { do: 'resolve', note: '' }],
  ['timeline INC-42 me', { do: 'timeline', privately: true }],
  ['inc-42: note INC-41 looks alike', { do: 'note', text: 'INC-41 looks alike' }],
  ['severity INC-42 sev1', { do: 'severity', severity: 'critical' }],
  ['INC-42 join INC-41', { do: 'join', other: '41' }],
])('/incident %s names the incident that it is about', (text, command) => {
  expect(read(text)).toEqual({ outcome: 'command', incidentId: '42', command });
});

it('keeps a reference among the words of a person', () => {
  expect(read('resolve INC-42 was the same')).toEqual({
    outcome: 'command',
    incidentId: null,
    command: { do: 'resolve', note: 'INC-42 was the same' },
  });
});

it.each(['help', '?', 'Help'])('/incident %s asks for help', (text) => {
  expect(read(text)).toEqual({ outcome: 'help' });
});

it.each([
  ['resolv', 'resolve'],
  ['severty sev1', 'severity sev1'],
  ['sevrity purple', 'severity critical'],
  ['timelin', 'timeline'],
  ['serivces checkout', 'services checkout'],
])('offers what “%s” may be a slip for', (text, example) => {
  expect(problemOf(text).examples[0]).toBe(example);
});

it('writes nothing down that begins with no verb, and offers to', () => {
  expect(problemOf('checkout is down')).toMatchObject({
    read: 'checkout is down',
    examples: ['note checkout is down', 'start checkout is down', 'help'],
  });
});

it.each([
  ['note', 'nothing to note', 'note the pool'],
  ['severity purple', '“purple” is no severity', 'severity critical'],
  ['severity', 'How severe', 'severity critical'],
  ['services chekout ledger', '“chekout”', 'services checkout ledger'],
  ['services', 'Which services', 'services checkout ledger'],
  ['environment mars', '“mars”', 'environment production'],
  ['start-time soonish', 'no time', 'start-time 14:05'],
  ['start-time 2027-01-01T00:00Z', 'still to come', 'start-time 14:05'],
  ['join the club', 'the same', 'join INC-41'],
  ['title', 'called', 'title Payments'],
])('says what it lacks in “%s”, with an example', (text, problem, example) => {
  const request = problemOf(text);

  expect(request.problem).toContain(problem);
  expect(request.examples[0]).toContain(example);
});

it('offers only commands that it understands', () => {
  const samples = [
    'chekout',
    'sevrity purple',
    'joyn us',
    'severity purple',
    'services chekout',
    'join us',
    'start-time x',
    'env x',
    'note',
    'title',
  ];
  for (const { examples } of samples.map(problemOf)) {
    expect(examples.map((example) => read(example).outcome)).not.toContain('not-understood');
  }
});

it('takes any text without throwing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(['command', 'help', 'not-understood']).toContain(read(text).outcome);
      expect(['command', 'help', 'not-understood']).toContain(read(`severity ${text}`).outcome);
    }),
  );
});
