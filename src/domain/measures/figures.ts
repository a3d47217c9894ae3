import { type Compared, type Measured, compared, frequency, median, share } from './measure.ts';

/** Why a deploy counts as failed: the first that holds. */
export const failureReasons = ['incident', 'rollback', 'revert'] as const;
export type FailureReason = (typeof failureReasons)[number];

/** Why a deploy only mends or takes back what another brought. */
export const reworkReasons = ['rollback', 'fix', 'hotfix', 'revert'] as const;
export type ReworkReason = (typeof reworkReasons)[number];

/** A deploy or rollback that went well. Who did it has no place here: these are figures of services and teams. */
export interface DeploySample {
  readonly at: Date;
  readonly services: readonly string[];
  /** False: it went back to an earlier version. */
  readonly forward: boolean;
  readonly failed: FailureReason | null;
  readonly rework: ReworkReason | null;
}

export interface LeadSample {
  readonly at: Date;
  readonly services: readonly string[];
  /** Milliseconds. */
  readonly length: number;
  /** `merge`: when its first commit was written is not known. */
  readonly from: 'author' | 'merge';
}

export interface RestoreSample {
  /** When it was over. */
  readonly at: Date;
  readonly services: readonly string[];
  /** Milliseconds. */
  readonly length: number;
  readonly causedByChange: boolean;
}

export interface Samples {
  readonly deploys: readonly DeploySample[];
  readonly leads: readonly LeadSample[];
  readonly restores: readonly RestoreSample[];
}

/** [from, to). */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

export interface Figures {
  /** Per day. */
  readonly frequency: Compared;
  /** Milliseconds. */
  readonly leadTime: Compared & { readonly fromMerge: number };
  readonly failureRate: Compared & { readonly reasons: Readonly<Record<FailureReason, number>> };
  /** Milliseconds. */
  readonly restore: Compared;
  readonly restoreCaused: Compared;
  readonly rework: Compared & { readonly reasons: Readonly<Record<ReworkReason, number>> };
}

/** As long as the period, and right before it. */
export function periodBefore({ from, to }: Period): Period {
  return { from: new Date(from.getTime() - (to.getTime() - from.getTime())), to: from };
}

/** `samples` of the period and the one before. `since`: how far back the timeline reaches; null: it is empty. */
export function figuresOf(samples: Samples, period: Period, since: Date | null): Figures {
  const before = periodBefore(period);
  const known = since !== null && since <= before.from;
  const [now, then] = [within(samples, period), within(samples, before)];
  const both = (measure: (of: Samples) => Measured) => compared(measure(now), measure(then), known);
  const length = period.to.getTime() - period.from.getTime();
  return {
    frequency: both(({ deploys }) => frequency(forward(deploys).length, length)),
    leadTime: {
      ...both(({ leads }) => median(lengths(leads))),
      fromMerge: now.leads.filter(({ from }) => from === 'merge').length,
    },
    failureRate: {
      ...both(({ deploys }) => {
        const brought = forward(deploys);
        return share(brought.filter(({ failed }) => failed !== null).length, brought.length);
      }),
      reasons: counted(failureReasons, (reason) => forward(now.deploys).filter(({ failed }) => failed === reason)),
    },
    restore: both(({ restores }) => median(lengths(restores))),
    restoreCaused: both(({ restores }) => median(lengths(restores.filter((each) => each.causedByChange)))),
    rework: {
      ...both(({ deploys }) => share(deploys.filter(({ rework }) => rework !== null).length, deploys.length)),
      reasons: counted(reworkReasons, (reason) => now.deploys.filter(({ rework }) => rework === reason)),
    },
  };
}

/** Of these services alone. What is about several counts for each. */
export function samplesOf(samples: Samples, services: ReadonlySet<string>): Samples {
  const of = <T extends { readonly services: readonly string[] }>(all: readonly T[]) =>
    all.filter((each) => each.services.some((service) => services.has(service)));
  return { deploys: of(samples.deploys), leads: of(samples.leads), restores: of(samples.restores) };
}

/** Of each service of which there is something, in the order of the alphabet: this is no ranking. */
export function byService({ deploys, leads, restores }: Samples): ReadonlyMap<string, Samples> {
  const found = new Map<string, { deploys: DeploySample[]; leads: LeadSample[]; restores: RestoreSample[] }>();
  const of = (service: string) => {
    const known = found.get(service) ?? { deploys: [], leads: [], restores: [] };
    found.set(service, known);
    return known;
  };
  for (const each of deploys) for (const service of each.services) of(service).deploys.push(each);
  for (const each of leads) for (const service of each.services) of(service).leads.push(each);
  for (const each of restores) for (const service of each.services) of(service).restores.push(each);
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function within({ deploys, leads, restores }: Samples, { from, to }: Period): Samples {
  const inside = <T extends { readonly at: Date }>(all: readonly T[]) => all.filter(({ at }) => at >= from && at < to);
  return { deploys: inside(deploys), leads: inside(leads), restores: inside(restores) };
}

function forward(deploys: readonly DeploySample[]): readonly DeploySample[] {
  return deploys.filter((each) => each.forward);
}

function lengths(samples: readonly { readonly length: number }[]): readonly number[] {
  return samples.map(({ length }) => length);
}

function counted<Reason extends string>(reasons: readonly Reason[], of: (reason: Reason) => readonly unknown[]) {
  return Object.fromEntries(reasons.map((reason) => [reason, of(reason).length])) as Record<Reason, number>;
}
