/** A deploy that is known to bring a change to its environment. */
export interface Bringing {
  readonly environment: string;
  /** Null: of no one service. */
  readonly service: string | null;
  readonly at: Date;
  readonly outcome: 'good' | 'running' | 'bad';
}

/** A deploy by which an environment went back. */
export interface GoingBack {
  readonly environment: string;
  readonly service: string | null;
  readonly at: Date;
  /** Whether it is known to have taken the change away. Null: its history was not read. */
  readonly takes: boolean | null;
  /** When the version to which it went was first there. Null: not known. */
  readonly versionSince: Date | null;
}

/** How a change stands in one environment. `failed`: the deploy that should have brought it did. */
export interface Standing {
  readonly environment: string;
  readonly state: 'there' | 'rolled-back' | 'deploying' | 'failed';
  readonly at: Date;
}

/** What is told of several services of one environment: the worst. */
const severity: readonly Standing['state'][] = ['rolled-back', 'failed', 'deploying', 'there'];

/** Where a change has come to, by the deploys that brought it and those that took it away. One entry for each environment. */
export function standingsOf(brought: readonly Bringing[], back: readonly GoingBack[]): readonly Standing[] {
  const places = Map.groupBy(brought, ({ environment, service }) => JSON.stringify([environment, service]));
  const worst = new Map<string, Standing>();
  for (const deploys of places.values()) {
    const standing = standingIn(deploys, back);
    const other = worst.get(standing.environment);
    if (other === undefined || isWorse(standing, other)) worst.set(standing.environment, standing);
  }
  return [...worst.values()];
}

function standingIn(deploys: readonly Bringing[], back: readonly GoingBack[]): Standing {
  const [newest, ...older] = deploys.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  if (newest === undefined) throw new Error('a place without deploys');
  const { environment, service } = newest;
  const good = [newest, ...older].filter(({ outcome }) => outcome === 'good');
  const [last] = good;
  const first = good.at(-1);
  const taken = back.find(
    (each) =>
      each.environment === environment &&
      each.service === service &&
      last !== undefined &&
      first !== undefined &&
      each.at > last.at &&
      takesAway(each, first.at),
  );
  const since = taken ?? last;
  // What was tried after that: it may come again, or have failed to.
  if (newest.outcome === 'running') return { environment, state: 'deploying', at: newest.at };
  if (newest.outcome === 'bad' && since === undefined) return { environment, state: 'failed', at: newest.at };
  if (taken !== undefined) return { environment, state: 'rolled-back', at: taken.at };
  return { environment, state: 'there', at: (first ?? newest).at };
}

/** A version that was there before the change ever came does not have it. */
function takesAway({ takes, versionSince }: GoingBack, firstThere: Date): boolean {
  return takes ?? (versionSince !== null && versionSince < firstThere);
}

function isWorse(one: Standing, other: Standing): boolean {
  const by = severity.indexOf(one.state) - severity.indexOf(other.state);
  return by < 0 || (by === 0 && one.at > other.at);
}
