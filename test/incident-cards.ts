import { addMinutes, subDays, subHours, subMinutes } from 'date-fns';
import type { Change } from '../src/domain/change.ts';
import type { Incident, IncidentEntry, Verdict } from '../src/domain/incidents/incident.ts';
import { rankSuspects } from '../src/domain/suspects.ts';
import type { Alert, IncidentAlerts } from '../src/incidents/alerts.ts';
import type { CardSuspect, IncidentCard } from '../src/incidents/card.ts';
import { aChange, aSource, anAlert as aSignal, askedAt, badDeploy } from './answers.ts';

/** When the fault of the sample cards began: 15:59 in London. */
export const onset = subMinutes(askedAt, 14);

export function aFault(given: Partial<Incident> = {}): Incident {
  return {
    id: '42',
    title: 'Checkout errors',
    symptom: '',
    severity: 'critical',
    environment: 'production',
    services: ['checkout'],
    startedAt: onset,
    openedAt: addMinutes(onset, 1),
    mitigatedAt: null,
    resolvedAt: null,
    said: { scope: false, start: false, title: false },
    channel: { id: 'C0INC42', name: 'inc-42-checkout-errors', closed: null },
    private: false,
    causeId: null,
    causeNote: null,
    mergedInto: null,
    ...given,
  };
}

export function anAlert(given: Partial<Alert> = {}): Alert {
  return {
    ...aSignal({ startedAt: onset, title: 'Error rate of payments above 5 %', reference: '#1042' }),
    id: '1',
    url: 'https://acme.pagerduty.com/incidents/P1',
    ...given,
  };
}

export function alerts(given: Partial<IncidentAlerts> = {}): IncidentAlerts {
  const all = given.alerts ?? [];
  const going = all.filter(({ resolvedAt }) => resolvedAt === null).length;
  return { alerts: all, going, over: all.length - going, isFloor: false, ...given };
}

export function verdict(changeId: string, said: Verdict, text = ''): IncidentEntry {
  return {
    id: '1',
    kind: 'verdict',
    at: addMinutes(onset, 9),
    text,
    saidBy: 'U0ADA',
    message: null,
    edited: false,
    verdict: { changeId, verdict: said },
  };
}

export function aCard(given: Partial<IncidentCard> = {}): IncidentCard {
  return {
    incident: aFault(),
    suspects: [],
    moreSuspects: 0,
    ruledOut: [],
    cause: null,
    fixes: [],
    alerts: alerts(),
    since: [],
    sinceTotal: 0,
    before: [],
    byService: [],
    total: 0,
    totalIsFloor: false,
    from: subDays(onset, 1),
    drifts: [],
    freezes: [],
    backports: [],
    openBackports: [],
    coverage: [aSource(), aSource({ source: 'argocd', title: 'Argo CD' })],
    until: askedAt,
    choices: [],
    resolution: null,
    ...given,
  };
}

const deploy = {
  ...badDeploy,
  occurredAt: subMinutes(onset, 4),
  finishedAt: subMinutes(onset, 1),
  sources: ['argocd', 'github'],
};
const config = aChange({
  id: '8',
  kind: 'config',
  title: 'config/production.yaml: Lower the payment timeout to 5 s',
  occurredAt: subHours(onset, 5),
  actor: { login: 'grace' },
  diffUrl: 'https://github.com/acme/checkout/commit/4f2a1c9',
  risks: [{ name: 'direct-push', text: 'pushed straight to the branch, no pull request' }],
});
const flag = aChange({
  id: '7',
  kind: 'flag',
  title: 'new-ledger',
  service: 'ledger',
  from: '20 %',
  to: '50 %',
  occurredAt: subMinutes(onset, 8),
  actor: { login: 'grace' },
  url: 'https://flags.example.com/new-ledger',
});
const search = aChange({
  id: '6',
  title: 'deploy search 7.3.0 to production',
  service: 'search',
  status: 'succeeded',
  to: '7.3.0',
  from: '7.2.9',
  occurredAt: subHours(onset, 3),
  finishedAt: subHours(onset, 3),
  actor: { login: 'edsger' },
});
export const rollback = aChange({
  id: '10',
  kind: 'rollback',
  title: 'rollback checkout 1.41.3 to production',
  status: 'succeeded',
  from: '1.42.0',
  to: '1.41.3',
  occurredAt: addMinutes(onset, 8),
  finishedAt: addMinutes(onset, 10),
  actor: { login: 'grace' },
  runUrl: 'https://github.com/acme/checkout/actions/runs/9138',
});

const ranking = rankSuspects(
  [deploy, config, flag, search],
  {
    onset,
    now: askedAt,
    environment: 'production',
    services: ['checkout'],
    dependsOn: new Map([['checkout', ['ledger']]]),
    symptom: 'Checkout errors. Error rate of payments above 5 %',
    background: new Map([[deploy.id, { skippedStaging: true, newActor: false }]]),
    releases: null,
  },
  10,
);

export function suspects(given: (change: Change) => Partial<CardSuspect> = () => ({})): readonly CardSuspect[] {
  return ranking.suspects.map((suspect) => ({
    ...suspect,
    verdict: null,
    undone: null,
    lastGood: suspect.change.id === deploy.id ? { version: '1.41.3', ran: 6 * 86_400_000 } : null,
    ...given(suspect.change),
  }));
}

/** 14 minutes in: the deploy is likely, nothing has been done yet. */
export function badDeployCard(given: Partial<IncidentCard> = {}): IncidentCard {
  return aCard({
    suspects: suspects(),
    ruledOut: ranking.ruledOut.map((each) => ({ ...each, verdict: null })),
    alerts: alerts({ alerts: [anAlert()] }),
    byService: [
      { service: 'checkout', kinds: { deploy: 2, config: 1 }, total: 3 },
      { service: 'ledger', kinds: { flag: 1, migration: 1 }, total: 2 },
      { service: null, kinds: { infrastructure: 1 }, total: 1 },
    ],
    total: 6,
    coverage: [
      aSource(),
      aSource({ source: 'argocd', title: 'Argo CD' }),
      aSource({ source: 'launchdarkly', title: 'LaunchDarkly' }),
      aSource({
        source: 'terraform',
        title: 'Terraform',
        state: 'silent',
        newest: subHours(askedAt, 9),
        usualGap: 30 * 60_000,
      }),
    ],
    ...given,
  });
}

/** The deploy has been taken back, and the alert is over. */
export function takenBackCard(given: Partial<IncidentCard> = {}): IncidentCard {
  return badDeployCard({
    suspects: suspects(({ id }) => (id === deploy.id ? { undone: rollback } : {})),
    alerts: alerts({ alerts: [anAlert({ state: 'resolved', resolvedAt: addMinutes(onset, 12) })] }),
    since: [rollback],
    sinceTotal: 1,
    total: 7,
    ...given,
  });
}

export function resolvedCard(given: Partial<IncidentCard> = {}): IncidentCard {
  const resolvedAt = addMinutes(onset, 21);
  return takenBackCard({
    incident: aFault({
      mitigatedAt: addMinutes(onset, 12),
      resolvedAt,
      causeId: deploy.id,
      causeNote: 'Retries piled up on the payment provider',
    }),
    suspects: suspects(({ id }) =>
      id === deploy.id
        ? { undone: rollback, verdict: verdict(deploy.id, 'caused', 'Errors began with its first pod') }
        : {},
    ).slice(0, 1),
    cause: deploy,
    fixes: [rollback],
    until: resolvedAt,
    resolution: {
      by: { ...verdict(deploy.id, 'caused'), kind: 'resolved', verdict: null },
      measures: { toDetect: 60_000, toMitigate: 12 * 60_000, toResolve: 21 * 60_000 },
    },
    ...given,
  });
}

/** Somebody made a channel, and nobody has said which services. */
export function unknownCard(given: Partial<IncidentCard> = {}): IncidentCard {
  return aCard({
    incident: aFault({ title: 'Something is slow', severity: null, services: [] }),
    choices: ['checkout', 'ledger', 'search', 'web'],
    ...given,
  });
}

/** Changes there were, and none of them fits. */
export function noFitCard(given: Partial<IncidentCard> = {}): IncidentCard {
  return badDeployCard({
    suspects: [],
    ruledOut: [
      { change: search, why: 'checkout does not depend on it, took effect 3 h before it began', verdict: null },
      { change: flag, why: '', verdict: verdict(flag.id, 'dismissed', 'Only for staff accounts') },
      {
        change: config,
        why: 'was taken back before, by config/production.yaml: Raise the payment timeout',
        verdict: null,
      },
    ],
    ...given,
  });
}
