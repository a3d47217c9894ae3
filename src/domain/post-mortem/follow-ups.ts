import type { BackportOffer } from '../backports/offer.ts';
import { countOf, isDeploy, tookEffect } from '../change-words.ts';
import type { Change } from '../change.ts';
import type { Story } from '../incidents/story.ts';
import { markdownBold, markdownLink, markdownText } from '../markdown.ts';
import type { Risk } from '../risk.ts';
import { formatDuration } from '../since/format.ts';
import { momentOf } from './moments.ts';
import { fixesOf } from './overview.ts';
import { changeLabel } from './sentences.ts';

/** Longer than this nobody should have to wait to hear of a fault. */
const slow = 10 * 60_000;

/** What is known not to be done yet. */
export function followUpsOf(story: Story, backportOf: (change: Change) => BackportOffer | null): readonly string[] {
  return [
    ...fixesOf(story).flatMap((change) => backport(change, backportOf(change))),
    ...causeFollowUps(story),
    ...alertsOpen(story),
    ...detection(story),
  ];
}

function backport(fix: Change, offer: BackportOffer | null): readonly string[] {
  if (offer === null) return [];
  const label = markdownBold(changeLabel(fix));
  return [`${markdownLink(offer.words, offer.url)}: otherwise the next release from there undoes ${label}`];
}

function causeFollowUps(story: Story): readonly string[] {
  const { cause, incident, undone } = story;
  if (cause === null) {
    return incident.causeNote === null ? ['Name the cause, and say what it was that spoke for it'] : [];
  }
  const back = undone.get(cause.id);
  const label = markdownBold(changeLabel(cause));
  const mended = fixesOf(story).some(({ id }) => id !== back?.id);
  const open =
    back === undefined
      ? `Take ${label} back or mend it: no later change is known to have done so`
      : again(cause, back, story);
  return [...(mended ? [] : [open]), ...unstopped(cause)];
}

/** What was taken back will come again with the next release unless it is mended. */
function again(cause: Change, back: Change, { incident }: Story): string {
  const pulls = isDeploy(cause) ? (cause.carried?.pullRequests ?? []) : [];
  const [first] = pulls;
  const brought =
    first === undefined || pulls.length > 3
      ? ''
      : ` (${pulls.map(({ number, url }) => markdownLink(`#${number}`, url)).join(', ')})`;
  const since = momentOf(tookEffect(back), incident.startedAt);
  return `Mend ${markdownBold(changeLabel(cause))}${brought} before it comes back: production is without it since ${since}`;
}

const unguarded: readonly Risk['name'][] = ['unreviewed', 'self-merged', 'direct-push', 'forced-push', 'failed-first'];

function unstopped(cause: Change): readonly string[] {
  const own = cause.risks.filter(({ name }) => unguarded.includes(name)).map(({ text }) => markdownText(text));
  const carried = (cause.carried?.direction === 'forward' ? cause.carried.pullRequests : []).flatMap(
    ({ number, url, risks = [] }) =>
      risks
        .filter(({ name }) => unguarded.includes(name))
        .map(({ text }) => `${markdownLink(`#${number}`, url)}: ${markdownText(text)}`),
  );
  const found = [...own, ...carried].slice(0, 5);
  return found.length === 0 ? [] : [`Decide what would have stopped it on its way: ${found.join('; ')}`];
}

function alertsOpen({ alertsOpen: open, alerts, incident }: Story): readonly string[] {
  if (open === 0 || incident.resolvedAt === null) return [];
  const names = alerts
    .filter(({ resolvedAt }) => resolvedAt === null)
    .map(({ title }) => `“${markdownText(title, 100)}”`);
  return [
    `Look at ${countOf(open, 'alert')} that ${open === 1 ? 'is' : 'are'} still open: ${names.slice(0, 3).join(', ')}`,
  ];
}

function detection({ measures, incident }: Story): readonly string[] {
  if (measures.toDetect === null) {
    return incident.said.start ? [] : ['Find out when it began: the time above is that of the first who told of it'];
  }
  return measures.toDetect < slow
    ? []
    : [`Find out what would have told of it sooner: it went unnoticed for ${formatDuration(measures.toDetect)}`];
}
