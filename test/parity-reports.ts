import {
  type Difference,
  type ParityReport,
  type ParityVerdict,
  type Side,
  parityVerdicts,
} from '../src/domain/comparison/difference.ts';

export const comparedAt = new Date('2026-11-20T14:00:00Z');
const day = 86_400_000;

export function daysBefore(days: number, at = comparedAt): Date {
  return new Date(at.getTime() - days * day);
}

export function aSide(value: string | null, more: Partial<Side> = {}): Side {
  return { value, secret: false, since: daysBefore(6), after: daysBefore(7), collector: 'dotenv', ...more };
}

let made = 0;

/** Unexplained for six days, unless it is said otherwise. */
export function aDifference(more: Partial<Difference> = {}): Difference {
  made += 1;
  const id = more.id ?? `difference-${made}`;
  return {
    service: 'checkout',
    facet: 'env',
    key: 'PAYMENT_TIMEOUT',
    verdict: 'unexplained',
    reference: aSide('30s'),
    mirror: aSide('5s'),
    since: daysBefore(6),
    cause: null,
    rule: null,
    why: 'No recorded change names it or its file.',
    group: `one:${id}`,
    moved: null,
    ...more,
    id,
  };
}

export function aReport(differences: readonly Difference[], more: Partial<ParityReport> = {}): ParityReport {
  const count = (verdict: ParityVerdict) => differences.filter((each) => each.verdict === verdict).length;
  return {
    pair: { reference: 'production', mirror: 'staging' },
    at: comparedAt,
    service: null,
    score: { score: 94.2, coverage: 87.4, moved: [] },
    facts: 1204,
    equal: 1180,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each verdict
    counts: Object.fromEntries(parityVerdicts.map((verdict) => [verdict, count(verdict)])) as ParityReport['counts'],
    differences,
    collectors: ['production', 'staging'].map((environment) => ({
      environment,
      collector: 'dotenv',
      takenAt: new Date((more.at ?? comparedAt).getTime() - 600_000),
      complete: true,
      notSeen: [],
      stale: false,
      facts: 600,
    })),
    rules: [],
    dataRefreshedAt: null,
    ...more,
  };
}

/** What a busy pair looks like: something of each verdict. */
export function busyReport(at = comparedAt): ParityReport {
  const cause = (title: string, days: number) => ({
    changeId: '7',
    kind: 'infrastructure' as const,
    title,
    at: daysBefore(days, at),
    url: 'https://example.com/runs/7',
    confidence: 'certain' as const,
    why: 'The run lists the resource.',
  });
  const rule = {
    id: 'settings:1',
    service: null,
    facet: 'env',
    key: 'DATABASE_URL',
    must: { is: 'differ' as const },
    reason: 'separate databases',
    impact: null,
    owner: '@ada',
    expires: '2027-06-01',
    pair: null,
  };
  const secret = aSide(null, { secret: true });
  const forty = Array.from({ length: 40 }, (_, index) =>
    aDifference({
      service: null,
      facet: 'infrastructure',
      key: `aws_instance.web[${index}]:provider`,
      verdict: 'explained',
      reference: aSide('5.1'),
      mirror: aSide('5.2'),
      group: 'change:7',
      cause: cause('aws provider 5.1 → 5.2', 2),
      why: 'Terraform changed it in staging.',
    }),
  );
  const differences = [
    aDifference({
      key: 'DATABASE_URL',
      verdict: 'forbidden-equality',
      reference: secret,
      mirror: secret,
      since: null,
      rule,
      group: 'rule:settings:1',
      why: 'A rule wants them to differ: separate databases.',
    }),
    aDifference({ id: 'timeout', since: daysBefore(6, at) }),
    aDifference({
      service: 'ledger',
      facet: 'package',
      key: 'openssl',
      reference: aSide('3.0.11', { collector: 'dpkg' }),
      mirror: aSide('3.0.15', { collector: 'dpkg' }),
      since: daysBefore(12, at),
    }),
    aDifference({
      service: 'ledger',
      facet: 'database',
      key: 'max_connections',
      reference: aSide('200', { collector: 'postgresql' }),
      mirror: aSide('100', { collector: 'postgresql' }),
      since: null,
      why: 'They were never seen equal, and no change says either value.',
    }),
    aDifference({
      service: 'search',
      facet: 'version',
      key: 'version',
      verdict: 'reference-only',
      reference: aSide('7.3.1'),
      mirror: aSide('7.3.0'),
      since: daysBefore(3, at),
      cause: { ...cause('search 7.3.0 → 7.3.1', 3), kind: 'deploy' },
      why: 'It was deployed to production alone.',
    }),
    aDifference({
      facet: 'version',
      key: 'version',
      verdict: 'pending-promotion',
      reference: aSide('1.41.3'),
      mirror: aSide('1.42.0'),
      cause: { ...cause('checkout 1.41.3 → 1.42.0', 1), kind: 'deploy' },
    }),
    ...forty,
    aDifference({ key: 'LOG_LEVEL', verdict: 'intended', reference: aSide('info'), mirror: aSide('debug'), rule }),
    aDifference({
      facet: 'network',
      key: 'tls.issuer',
      verdict: 'unknown',
      mirror: null,
      why: 'staging has no collector for it.',
    }),
  ];
  const collectors = [
    ...aReport([], { at }).collectors,
    {
      environment: 'staging',
      collector: 'kubernetes',
      takenAt: daysBefore(3, at),
      complete: false,
      notSeen: ['secrets of namespace payments: forbidden'],
      stale: true,
      facts: 90,
    },
  ];
  return aReport(differences, {
    at,
    collectors,
    dataRefreshedAt: daysBefore(97, at),
    score: {
      score: 94.2,
      coverage: 87.4,
      moved: [
        { id: 'timeout', points: 1.4 },
        { id: differences[2]?.id ?? '', points: 0.9 },
      ],
    },
    rules: [
      { rule, matched: 2, expired: false },
      {
        rule: { ...rule, id: 'settings:2', key: 'OLD_*', reason: 'legacy', expires: null },
        matched: 0,
        expired: false,
      },
      {
        rule: { ...rule, id: 'accepted:3', key: 'X', reason: 'until the move', expires: '2026-12-01' },
        matched: 1,
        expired: false,
      },
      {
        rule: { ...rule, id: 'accepted:1', key: 'Y', reason: 'was moved', expires: '2026-01-01' },
        matched: 0,
        expired: true,
      },
    ],
  });
}
