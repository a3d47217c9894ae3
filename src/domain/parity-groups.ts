import { countOf } from './change-words.ts';
import { type Difference, type ParityVerdict, parityVerdicts } from './comparison/difference.ts';
import { facetWord, valueWords } from './parity-words.ts';
import { shorten } from './shorten.ts';

/** Differences of one cause, which are told as one. */
export interface DifferenceGroup {
  readonly id: string;
  readonly verdict: ParityVerdict;
  /** As the report has them; never empty. */
  readonly differences: readonly [Difference, ...Difference[]];
}

const verdictOrder = new Map(parityVerdicts.map((verdict, index) => [verdict, index]));

/** In the order of the report. One group has one verdict: what is judged otherwise is told apart. */
export function groupsOf(differences: readonly Difference[]): readonly DifferenceGroup[] {
  const byKey = Map.groupBy(differences, ({ group, verdict }) => `${verdict} ${group}`);
  return [...byKey.values()]
    .flatMap(([first, ...more]) =>
      first === undefined
        ? []
        : [
            {
              id: first.group,
              verdict: first.verdict,
              differences: [first, ...more] satisfies [Difference, ...Difference[]],
            },
          ],
    )
    .toSorted((a, b) => (verdictOrder.get(a.verdict) ?? 0) - (verdictOrder.get(b.verdict) ?? 0));
}

/** What to call it: the key of the one, `40 keys: aws provider 5.1 → 5.2` of many. */
export function groupTitle({ differences }: DifferenceGroup, limit = 160): string {
  const [first, ...more] = differences;
  if (more.length === 0) {
    const { facet, key, service } = first;
    // Of a version there is one, and its key says nothing.
    return shorten(facet === 'version' && service !== null && key === 'version' ? `${service} version` : key, limit);
  }
  const what = first.cause?.title ?? commonStep(differences) ?? names(differences);
  return shorten(`${countOf(differences.length, 'key')}: ${what}`, limit);
}

/** The services that it concerns, in alphabetical order. */
export function groupServices({ differences }: DifferenceGroup): readonly string[] {
  return [...new Set(differences.flatMap(({ service }) => service ?? []))].toSorted();
}

export function groupPlace(group: DifferenceGroup, most = 3): string {
  const services = groupServices(group);
  const facets = [...new Set(group.differences.map(({ facet }) => facetWord(facet)))];
  const named = services.slice(0, most).map((service) => shorten(service, 60));
  const rest = services.length - named.length;
  const owners = rest > 0 ? [...named, `${rest} more`] : named;
  return [owners.join(', '), facets.slice(0, most).join(', ')].filter((part) => part !== '').join(', ');
}

/** `5.1 → 5.2` where all are the same. */
function commonStep(differences: readonly Difference[]): string | null {
  const steps = new Set(
    differences.map(({ reference, mirror }) => `${valueWords(reference, 40)} → ${valueWords(mirror, 40)}`),
  );
  const [step] = steps;
  return steps.size === 1 && step !== undefined && !/secret|absent|empty/u.test(step) ? step : null;
}

function names(differences: readonly Difference[]): string {
  const keys = [...new Set(differences.map(({ key }) => shorten(key, 50)))];
  return keys.length > 3 ? `${keys.slice(0, 2).join(', ')} …` : keys.join(', ');
}
