import type { NagView } from '../../domain/nags/nag.ts';
import { countOf } from '../../domain/change-words.ts';
import { outside } from './escape.ts';
import { likenessWords, short } from './nag-evidence.ts';
import { dayWords, isWaiting, wantsSecond } from './nag-state.ts';
import { actorWords, standingWords } from './nag-work.ts';
import { nagTitle } from './nag-title.ts';
import type { Voice } from './voice.ts';

/** One line of many: which fix, how long, whose, and how it stands. */
export function nagLine(view: NagView, voice: Voice): string {
  const { backport, owner } = view;
  const place = outside(backport.service ?? backport.repository ?? '', 60);
  const named = outside(owner?.name ?? backport.owner ?? '', 60);
  return [
    nagTitle(view, voice, 150),
    place,
    voice.since(backport.openedAt),
    named === '' ? 'no owner known' : named === 'you' ? 'yours' : `owner ${named}`,
    standing(view, voice),
    ...(isWaiting(view) ? [actorWords(view.actor, backport.mirror)] : []),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** How it stands, in few words. */
function standing(view: NagView, voice: Voice): string {
  const { backport, evidence, pull } = view;
  const { state, snoozed, waived, landedAt, liveAt } = backport;
  const mirror = outside(backport.mirror, 60);
  if (isWaiting(view) && wantsSecond(view)) return 'waits for a second person';
  if (isWaiting(view) && snoozed !== null) {
    return `put off until ${snoozed.until === null ? 'the next release' : voice.at(snoozed.until)}`;
  }
  switch (state) {
    case 'open':
      return pull === null ? pickWords(view) : standingWords(backport, pull);
    case 'candidate':
      return evidence === null ? `may be in ${mirror}` : `may be in ${mirror}: ${likenessWords(evidence)}`;
    case 'not-evaluable':
      return 'nobody can tell by its content';
    case 'landed':
      return `landed${asWhat(view)}${landedAt === null ? '' : ` ${voice.at(landedAt)}`}, ${mirror} does not run it yet`;
    case 'live':
      return `home${asWhat(view)}${liveAt === null ? '' : `, live since ${voice.at(liveAt)}`}`;
    case 'waived':
      return `need not come${waived === null ? '' : ` until ${dayWords(waived.until)}`}`;
    case 'lapsed':
      return `${outside(backport.reference, 60)} took it back`;
  }
}

function asWhat({ evidence }: NagView): string {
  const by = evidence?.evidence.by ?? null;
  return by === null ? '' : ` as ${short(by)}`;
}

function pickWords({ pick, backport }: NagView): string {
  if (pick === null || pick.outcome === 'unknown') return `not in ${outside(backport.mirror, 60)}`;
  return pick.outcome === 'clean' ? 'picks cleanly' : `picking it conflicts in ${countOf(pick.files.length, 'file')}`;
}
