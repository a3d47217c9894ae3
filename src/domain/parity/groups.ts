import { countOf } from '../change-words.ts';
import { type Difference, type ParityVerdict, parityVerdicts } from '../comparison/difference.ts';
import { versionKey } from '../comparison/told.ts';
import { facetWord, valueWords } from './words.ts';
import { shorten } from '../shorten.ts';

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
    return shorten(isVersion(first) ? `${first.service ?? ''} version` : first.key, limit);
  }
  const what = first.cause?.title ?? commonStep(differences) ?? names(differences);
  return shorten(`${countOf(differences.length, 'key')}: ${what}`, limit);
}

/** The services that it concerns, in alphabetical order. */
export function groupServices({ differences }: DifferenceGroup): readonly string[] {
  return [...new Set(differences.flatMap(({ service }) => service ?? []))].toSorted();
}

/** Whose it is and of which sort. Empty where its title says it. */
export function groupPlace(group: DifferenceGroup, most = 3): string {
  const [first] = group.differences;
  if (group.differences.length === 1 && isVersion(first)) return '';
  const services = groupServices(group);
  const facets = [...new Set(group.differences.map(({ facet }) => facetWord(facet)))];
  const named = services.slice(0, most).map((service) => shorten(service, 60));
  const rest = services.length - named.length;
  const owners = rest > 0 ? [...named, `${rest} more`] : named;
  return [owners.join(', '), facets.slice(0, most).join(', ')].filter((part) => part !== '').join(', ');
}

/** Of which there is one, so that its key says nothing. */
function isVersion({ facet, key, service }: Difference): boolean {
  return facet === 'version' && (key === 'version' || key === versionKey) && service !== null;
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
