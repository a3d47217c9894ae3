import { backportName } from '../backports/backport.ts';
import type { BetterThing } from './digest.ts';
import { type DigestFacts, type DigestScope, areInScope, isInScope } from './facts.ts';

interface Dated extends BetterThing {
  readonly at: Date;
}

/** What got better since last week and who did it, as far as it is known. The newest first of each sort; work comes first. */
export function betterThings(facts: DigestFacts, scope: DigestScope): readonly BetterThing[] {
  const home = facts.home
    .filter(({ backport }) => isInScope(scope, backport.service))
    .map(({ backport, pull }) => ({
      title: backportName(backport),
      says: `is home: ${backport.mirror} runs it${pull?.number === null || pull?.number === undefined ? '' : ` since pull request #${pull.number}`}`,
      // Of one that we opened the author is whose token that was.
      who: (pull?.openedByUs === true ? pull.wantedBy : pull?.author) ?? null,
      at: backport.liveAt ?? facts.at,
    }));
  const alarms = facts.alarms
    .filter(({ services }) => areInScope(scope, services))
    .map(({ title, services, at }) => ({
      title,
      says: `is equal again${services.length === 0 ? '' : ` in ${services.slice(0, 3).join(', ')}`}`,
      who: null,
      at,
    }));
  const told = new Set(alarms.map(({ title }) => title));
  const drifts = driftsOf(facts, scope).filter(({ title }) => !told.has(title));
  const newest = (things: readonly Dated[]) => things.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return [...newest(home), ...newest(drifts), ...newest(alarms)].map(({ title, says, who }) => ({ title, says, who }));
}

/** Those that one change explains are told as one. */
function driftsOf({ drifts }: DigestFacts, scope: DigestScope): readonly Dated[] {
  const shown = drifts.filter(({ service }) => isInScope(scope, service));
  const groups = Map.groupBy(shown, ({ change, service, environment, key, ended }) =>
    change === null ? `${ended} ${environment} ${service ?? ''} ${key}` : `change ${change.title} ${change.actor}`,
  );
  return [...groups.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const { key, service, environment, ended, change, at } = first;
    const rest = more.length === 0 ? '' : ` and ${more.length.toLocaleString('en')} more`;
    const place = service === null ? environment : `${service} in ${environment}`;
    const says =
      change === null
        ? `${ended === 'cleared' ? 'is as it was again' : 'is explained'}, ${place}`
        : `is explained by “${change.title}”, ${place}`;
    return [{ title: `${key}${rest}`, says, who: change?.actor ?? null, at }];
  });
}
