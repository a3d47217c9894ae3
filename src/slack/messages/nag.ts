import type { KnownBlock } from '@slack/types';
import type { Landing } from '../../backports/landings.ts';
import type { NagView } from '../../domain/nags/nag.ts';
import type { SlackMessage } from '../send.ts';
import { context, sections } from './blocks.ts';
import { outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { nagButtons } from './nag-buttons.ts';
import { isOver, isWaiting, nagState } from './nag-state.ts';
import { nagTitle } from './nag-title.ts';
import { actorWords, nextWords, workLines } from './nag-work.ts';
import { type Voice, dated, written } from './voice.ts';

const longestText = 3500;

/**
 * The one message of a backport, at whatever point of its life. The same at whatever time it is drawn: only what has
 * changed is edited.
 */
export function renderNag(view: NagView, landing: Landing | null = null): SlackMessage {
  const small = isOver(view) ? '' : smallPrint(view, dated, ' Times are yours.');
  const blocks: KnownBlock[] = [
    ...sections(nagLines(view, dated, landing)),
    ...nagButtons(view),
    ...(small === '' ? [] : [context(small)]),
  ];
  const act = isWaiting(view)
    ? 'To open its pull request, put it off or say what is so: the buttons of this message, or /backports.'
    : '';
  const text = [...nagLines(view, written, landing), isOver(view) ? '' : smallPrint(view, written, ''), act].filter(
    (line) => line !== '',
  );
  return { text: fitting(text, longestText), blocks };
}

/** What it is, why, how long, and what stands between it and the mirror. */
function nagLines(view: NagView, voice: Voice, landing: Landing | null): readonly string[] {
  const { mark, head, more } = nagState(view, voice, { title: nagTitle(view, voice), landing });
  const first = `${voice === written ? '' : `${mark} `}${head}`;
  if (isOver(view)) return [first, ...more];
  return [first, factsLine(view, voice), ...more, ...(isWaiting(view) ? workLines(view) : [])].filter(
    (line) => line !== '',
  );
}

function factsLine({ backport, incident, owner, severityReason }: NagView, voice: Voice): string {
  const { service, openedAt, fixedIncident } = backport;
  const verb = fixedIncident ? 'fixed' : 'came during';
  const origin = incident === null ? '' : `${verb} ${outside(`${incident.reference} ${incident.title}`, 120)}`;
  const named = owner === null ? outside(backport.owner ?? '', 80) : outside(owner.name, 80);
  return [
    outside(service ?? backport.repository ?? '', 80),
    voice.since(openedAt),
    origin,
    named === '' ? 'no owner known' : `owner ${named}`,
    severityReason === null ? '' : `high risk: it ${outside(severityReason, 200)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function smallPrint(view: NagView, voice: Voice, times: string): string {
  const { backport, actor } = view;
  if (backport.state === 'waived') return '';
  const words = actorWords(actor, backport.mirror);
  const why = outside(backport.why, 300);
  return [
    `Next: ${words}.`,
    `${nextWords(view, voice)}${times}`,
    why === '' || backport.state === 'landed' ? '' : `Why I think so: it ${why}.`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
