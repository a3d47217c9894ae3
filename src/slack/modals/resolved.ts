import type { KnownBlock, ModalView } from '@slack/types';
import { type Incident, incidentReference } from '../../domain/incidents/incident.ts';
import type { IncidentMeasures } from '../../domain/incidents/measures.ts';
import { shorten } from '../../domain/shorten.ts';
import { formatDuration } from '../../domain/since/format.ts';
import { context, section } from '../messages/blocks.ts';
import { bold } from '../messages/escape.ts';
import { incidentHeading, speaker } from '../messages/incident-heading.ts';
import { readerTime } from '../messages/time.ts';
import { encodeAbout } from './about.ts';
import { field, modal, plain, textInput } from './field.ts';
import { noteCallback } from './note.ts';

/** A pull request that brings a hotfix to where staging comes from. */
export interface Offer {
  readonly url: string;
  /** What it would bring, and where. */
  readonly words: string;
  /** What it is called. */
  readonly fix: string;
}

/** What it came to, and what is left to do. */
export function renderResolved(
  incident: Incident,
  { measures, offers }: { readonly measures: IncidentMeasures; readonly offers: readonly Offer[] },
): ModalView {
  return modal('incident_read', {
    title: `${incidentReference(incident)} is resolved`,
    about: encodeAbout({ c: null, i: incident.id }),
    blocks: [
      section(`${incidentHeading(incident)} is resolved.\n${measureWords(measures)}`),
      ...offers.map(offerBlock),
      context(
        '`/incident timeline` in its channel attaches the post-mortem’s first draft. `/incident reopen` if it comes back.',
      ),
    ],
  });
}

/** `Noticed after 2 min · mitigated after 14 min · resolved after 31 min`. */
export function measureWords({ toDetect, toMitigate, toResolve }: IncidentMeasures): string {
  const measured = [
    ['Noticed', toDetect],
    ['mitigated', toMitigate],
    ['resolved', toResolve],
  ] as const;
  const known = measured.flatMap(([word, after]) => (after === null ? [] : [`${word} after ${formatDuration(after)}`]));
  const words = known.join(' · ');
  return words === '' ? 'How long it took is not known.' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function offerBlock({ url, words, fix }: Offer): KnownBlock {
  const why = `${bold(fix, 100)} went to production past staging: the next release from there could undo it.`;
  return {
    ...section(`*Create the backport.* ${why}`),
    accessory: { type: 'button', action_id: 'incident_backport', text: plain(shorten(words, 75) || 'Create it'), url },
  };
}

/** Somebody else was quicker. What this person wrote is not lost: it is offered as a note. */
export function renderResolvedBefore(
  incident: Incident,
  {
    by,
    at,
    wrote,
    channelId,
    now,
  }: {
    readonly by: string | null;
    readonly at: Date;
    readonly wrote: string;
    readonly channelId: string | null;
    readonly now: Date;
  },
): ModalView {
  const who = `${speaker(by)} resolved ${incidentHeading(incident)} (${readerTime(at, now)}), so I have changed nothing.`;
  const title = 'Resolved already';
  const about = encodeAbout({ c: channelId, i: incident.id });
  if (wrote === '') {
    const next = 'If the cause is another, say it on the card or with `/incident cause`.';
    return modal('incident_read', { title, about, blocks: [section(`${who}\n${next}`)] });
  }
  return modal(noteCallback, {
    title,
    about,
    submit: 'Add it as a note',
    blocks: [
      section(who),
      field(
        'note',
        { label: 'Keep what you wrote in its timeline?', optional: false },
        textInput({ multiline: true, value: wrote }),
      ),
    ],
  });
}
