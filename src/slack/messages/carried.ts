import { changeStep, countOf, isDeploy, personName, serviceName } from '../../domain/change-words.ts';
import type { CarriedPullRequest, Change } from '../../domain/change.ts';
import { shorten } from '../../domain/shorten.ts';
import { escaped, link, outside } from './escape.ts';

export interface CarriedOptions {
  /** Pull requests or commits by name; the others are counted. */
  readonly most: number;
  /** What is said beside it, such as the reasons of a suspect: a risk that stands there is not said again. */
  readonly told?: readonly string[];
}

/** `carries #812 "Retry payment calls" (ada) and 3 more`. Null when it is not known, or the deploy moved nothing. */
export function carriedWords({ carried, from }: Change, options: CarriedOptions): string | null {
  if (carried === null) return null;
  const { pullRequests, commits, total, direction, lost } = carried;
  const verb = direction === 'backward' ? 'takes back' : 'carries';
  const named =
    pullRequests.length > 0
      ? pullRequests.slice(0, options.most).map((each) => pullRequestWords(each, options))
      : commits.slice(0, options.most).map(({ sha, title, author, url }) => {
          const hash = escaped(shorten(sha, 7).replace('…', ''));
          return `${link(url, hash) ?? hash} ${quoted(title)}${byWhom(personName(author))}`;
        });
  const others = (pullRequests.length > 0 ? pullRequests.length : Math.max(total, commits.length)) - named.length;
  const more =
    others > 0 ? ` and ${countOf(others, pullRequests.length > 0 ? 'more pull request' : 'more commit')}` : '';
  const what = named.length === 0 ? null : `${verb} ${named.join(', ')}${more}`;
  const version = from === null ? 'the version before' : outside(from, 40);
  const loses =
    lost > 0 && direction === 'forward' ? `:warning: *loses ${countOf(lost, 'commit')}* that ${version} had` : null;
  return [loses, what].filter((words) => words !== null).join(' · ') || null;
}

function pullRequestWords(pullRequest: CarriedPullRequest, { told = [] }: CarriedOptions): string {
  const { number, title, author, url } = pullRequest;
  const name = `#${Math.trunc(number)}`;
  const worst = pullRequest.risks?.[0];
  const risk = worst === undefined || told.includes(`carries ${name}: ${worst.text}`) ? undefined : worst;
  const flagged = risk === undefined ? '' : `, *${outside(risk.text.replaceAll('*', '∗'), 60)}*`;
  return `${link(url, name) ?? name}${title === undefined ? '' : ` ${quoted(title)}`}${byWhom(personName(author))}${flagged}`;
}

function quoted(title: string): string {
  return `"${outside(title, 80)}"`;
}

function byWhom(name: string | null): string {
  return name === null ? '' : ` (${outside(name, 40)})`;
}

/** For text without links: `checkout 1.41.3 → 1.42.0 (Retry payment calls)`. */
export function mainThing(change: Change): string {
  const title = change.carried?.pullRequests[0]?.title ?? change.carried?.commits[0]?.title;
  const service = isDeploy(change) ? serviceName(change) : null;
  const name = service === null ? changeStep(change) : `${service} ${changeStep(change)}`;
  return title === undefined ? name : `${name} (${shorten(title, 80)})`;
}
