import { addMinutes } from 'date-fns';
import type { Suspect } from '../src/domain/answer.ts';
import { type Story, type StoryParts, tellStory } from '../src/domain/incidents/story.ts';
import type { Incident, IncidentEntry, Verdict } from '../src/domain/incidents/incident.ts';
import type { Change } from '../src/domain/change.ts';
import { aChange, anAlert, badDeploy } from './answers.ts';

/** When the fault of the sample story began: a Friday at 15:59 in London. */
export const onset = new Date('2026-11-20T15:59:00Z');

export const after = (minutes: number) => addMinutes(onset, minutes);

/** The incident of the sample story; give what the test is about. */
export function incidentOf(given: Partial<Incident> = {}): Incident {
  return {
    id: '42',
    title: 'Checkout errors',
    symptom: '8 % of payments fail with a timeout; carts stay full',
    severity: 'critical',
    environment: 'production',
    services: ['checkout'],
    startedAt: onset,
    openedAt: after(3),
    mitigatedAt: after(14),
    resolvedAt: after(71),
    said: { scope: false, start: true, title: false },
    channel: { id: 'C42', name: 'inc-42-checkout-errors', closed: null },
    private: false,
    causeId: '9',
    causeNote: 'retries without backoff tripled the load on the payment provider, which then refused us',
    mergedInto: null,
    ...given,
  };
}

let entryCount = 0;

export function anEntry(minutes: number, given: Partial<IncidentEntry>): IncidentEntry {
  entryCount += 1;
  return {
    id: String(entryCount),
    kind: 'note',
    at: after(minutes),
    text: '',
    saidBy: 'U1',
    message: null,
    edited: false,
    verdict: null,
    ...given,
  };
}

export function aVerdict(minutes: number, changeId: string, verdict: Verdict, given: Partial<IncidentEntry> = {}) {
  return anEntry(minutes, { kind: 'verdict', verdict: { changeId, verdict }, ...given });
}

export const badDeployOfStory: Change = { ...badDeploy, occurredAt: after(-4), finishedAt: after(-1) };

export const rollbackOfStory = aChange({
  id: '10',
  kind: 'rollback',
  title: 'rollback checkout 1.41.3 to production',
  status: 'succeeded',
  from: '1.42.0',
  to: '1.41.3',
  occurredAt: after(8),
  finishedAt: after(11),
  actor: { login: 'grace' },
  runUrl: 'https://github.com/acme/checkout/actions/runs/9140',
  reason: 'payments time out',
  risks: [{ name: 'rollback', text: 'went back to a version that ran before' }],
});

const flag = aChange({
  id: '7',
  kind: 'flag',
  title: 'new-ledger',
  service: 'ledger',
  from: '20 %',
  to: '50 %',
  occurredAt: after(-9),
  actor: { login: 'grace' },
  url: 'https://flags.example.com/new-ledger',
});

const config = aChange({
  id: '8',
  kind: 'config',
  title: 'config/production.yaml: Lower the payment timeout to 5 s',
  occurredAt: after(-19),
  actor: { login: 'edsger' },
  diffUrl: 'https://github.com/acme/checkout/commit/4f2a1c9',
});

const hotfix = aChange({
  id: '11',
  title: 'deploy checkout 1.42.1 to production',
  status: 'succeeded',
  from: '1.41.3',
  to: '1.42.1',
  branch: 'hotfix/payment-backoff',
  occurredAt: after(58),
  finishedAt: after(62),
  actor: { login: 'ada' },
  diffUrl: 'https://github.com/acme/checkout/compare/v1.41.3...v1.42.1',
  runUrl: 'https://github.com/acme/checkout/actions/runs/9152',
  carried: {
    by: 'git',
    commits: [],
    pullRequests: [
      {
        repository: 'acme/checkout',
        number: 815,
        title: 'Back off between payment retries',
        author: { login: 'ada' },
        url: 'https://github.com/acme/checkout/pull/815',
      },
    ],
    total: 3,
    direction: 'forward',
    lost: 0,
  },
});

export const alertOfStory = anAlert({
  title: 'Checkout error rate above 5 %',
  reference: '#1234',
  url: 'https://acme.pagerduty.com/incidents/P1',
  startedAt: after(2),
  resolvedAt: after(16),
});

export function aSuspect(change: Change, reasons: readonly string[], given: Partial<Suspect> = {}): Suspect {
  return {
    change,
    score: 0.7,
    likelihood: 'possible',
    reasons: reasons.map((text) => ({ text, weight: 0.2 })),
    ...given,
  };
}

const entries: readonly IncidentEntry[] = [
  anEntry(3, { kind: 'opened', text: 'page of PagerDuty', saidBy: null }),
  anEntry(4, { kind: 'severity', text: 'critical (before: error)', saidBy: 'U2' }),
  anEntry(5, { text: 'payments time out, carts are fine', saidBy: 'U2' }),
  anEntry(6, { text: 'provider status page is green: https://status.example.com', saidBy: 'U3', edited: true }),
  aVerdict(7, '7', 'dismissed', { text: 'flag is off for checkout', saidBy: 'U3' }),
  aVerdict(9, '9', 'caused', { saidBy: 'U1' }),
  anEntry(14, { kind: 'mitigated', text: 'error rate is back at 0.1 %', saidBy: 'U2' }),
  anEntry(31, { kind: 'start-time', text: `${onset.toISOString()} (before: ${after(2).toISOString()})`, saidBy: 'U2' }),
  anEntry(40, {
    text: 'found it: #812 retries at once, up to 5 times, with no backoff',
    saidBy: 'U1',
    message: { channelId: 'C0INC42', ts: '1795183200.000100' },
  }),
  aVerdict(70, '11', 'fixed', { saidBy: 'U1' }),
  anEntry(71, { kind: 'resolved', text: 'fixed forward, watched for 10 minutes', saidBy: 'U1' }),
];

/** A bad deploy, its rollback and the hotfix, as they would stand in the store; give what the test is about. */
export function sampleStory(given: Partial<StoryParts> = {}): Story {
  const told = given.entries ?? entries;
  return tellStory({
    incident: incidentOf(),
    entries: told,
    verdicts: new Map(
      told.flatMap((entry) => (entry.verdict === null ? [] : [[entry.verdict.changeId, entry] as const])),
    ),
    alerts: [alertOfStory],
    alertCount: 1,
    alertsOpen: 0,
    firstAlertAt: alertOfStory.startedAt,
    changes: [hotfix, rollbackOfStory, badDeployOfStory, flag, config],
    suspects: [
      aSuspect(badDeployOfStory, [
        'took effect 1 min before it began',
        'same service',
        'new code',
        'carries #812: no approval seen',
        'its title says payment, and so does the symptom',
      ]),
      aSuspect(config, ['took effect 19 min before it began', 'same service']),
      aSuspect(flag, ['took effect 9 min before it began', 'checkout depends on ledger']),
    ],
    undone: new Map([['9', rollbackOfStory]]),
    services: ['checkout', 'ledger'],
    asOf: after(90),
    ...given,
  });
}

export const nameOf = (id: string) => ({ U1: 'ada', U2: 'grace', U3: 'edsger' })[id] ?? null;
