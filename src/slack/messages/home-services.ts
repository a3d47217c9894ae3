import type { KnownBlock } from '@slack/types';
import { parityVerdicts } from '../../domain/comparison/difference.ts';
import { verdictWords } from '../../domain/parity/words.ts';
import type { ServiceStanding, ServiceStandings } from '../../parity/service-standing.ts';
import { context, sections } from './blocks.ts';
import { bold, outside } from './escape.ts';
import { header } from './home-header.ts';
import { readerTime } from './time.ts';

const mostServices = 10;

/** How the services that a person looks after stood at the last comparison. Nothing for who looks after none. */
export function renderServices(standings: ServiceStandings | null, now: Date): readonly KnownBlock[] {
  if (standings === null || standings.services.length === 0) return [];
  const { pair, comparedAt, services } = standings;
  const [reference, mirror] = [outside(pair.reference, 60), outside(pair.mirror, 60)];
  const title = header('Your services');
  if (comparedAt === null) {
    const start = 'One CI job is enough to begin: `sincewhen snapshot`.';
    return [title, context(`${mirror} has not been compared with ${reference} yet. ${start}`)];
  }
  const ranked = services.toSorted((a, b) => faultsOf(b) - faultsOf(a));
  const rest = services.length - mostServices;
  return [
    title,
    ...sections(ranked.slice(0, mostServices).map((each) => `•  ${lineOf(each, pair)}`)),
    context(
      `${rest > 0 ? `${rest} more besides. ` : ''}${mirror} against ${reference}, compared ${readerTime(comparedAt, now)} · \`/parity <service>\` says what differs and why.`,
    ),
  ];
}

function lineOf({ service, counts, seen }: ServiceStanding, pair: ServiceStandings['pair']): string {
  const name = bold(service, 80);
  const parts = parityVerdicts.flatMap((verdict) => {
    const count = counts.get(verdict) ?? 0;
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${outside(verdictWords(verdict, pair), 80)}`];
  });
  if (parts.length > 0) return `${name}  ${parts.join(' · ')}`;
  return seen
    ? `${name}  :white_check_mark: nothing to look at`
    : `${name}  no snapshot of it in both environments yet`;
}

function faultsOf({ counts }: ServiceStanding): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
