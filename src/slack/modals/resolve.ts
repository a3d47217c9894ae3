import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Change, Kind } from '../../domain/change.ts';
import { type Incident, incidentReference } from '../../domain/incidents/incident.ts';
import type { IncidentSuspects } from '../../incidents/suspects.ts';
import { section } from '../messages/blocks.ts';
import { incidentFacts, incidentHeading } from '../messages/incident-heading.ts';
import { encodeAbout } from './about.ts';
import { changeOption } from './change-option.ts';
import { field, modal, mostOptions, plain, textInput } from './field.ts';

export const resolveCallback = 'incident_resolved';
/** The value of the option that says that no change of the timeline did it. */
export const noChange = 'none';

export interface ResolveModal {
  readonly incident: Incident;
  readonly found: Pick<IncidentSuspects, 'ranking' | 'changes' | 'verdicts'>;
  /** What the person has written already. */
  readonly note: string;
  readonly channelId: string | null;
  readonly now: Date;
}

/** Of one menu: the rest is found by `/incident cause`. */
const mostSuspects = 10;
const mostOthers = 60;
/** What repairs something that is live. */
const repairs: readonly Kind[] = ['rollback', 'deploy', 'config', 'flag', 'infrastructure', 'migration', 'maintenance'];

/**
 * Asks for the cause with the suspects first; all of it may be left empty, because it is over whether or not one knows
 * why. Who does know says how.
 */
export function renderResolveModal({ incident, found, note, channelId, now }: ResolveModal): ModalView {
  const fix = fixField(incident, found);
  return modal(resolveCallback, {
    title: `Resolve ${incidentReference(incident)}`,
    submit: 'Resolve',
    about: encodeAbout({ c: channelId, i: incident.id }),
    blocks: [
      section(`${incidentHeading(incident)}\n${incidentFacts(incident, now)}`),
      causeField(incident, found),
      ...(fix === null ? [] : [fix]),
      field(
        'note',
        {
          label: 'What happened, in a sentence or two',
          hint: 'Begins the post-mortem. With a cause or a fix: also how you know. Without, you can leave it empty.',
        },
        textInput({
          multiline: true,
          value: note === '' ? (incident.causeNote ?? '') : note,
          placeholder: 'Retries of payments filled the pool; rolled back to 1.41.3',
        }),
      ),
    ],
  });
}

function causeField(incident: Incident, { ranking, changes }: ResolveModal['found']): InputBlock {
  const suspects = ranking.suspects
    .slice(0, mostSuspects)
    .map(({ change, reasons }) => ({ change, why: reasons[0]?.text ?? '' }));
  const named = new Set(suspects.map(({ change }) => change.id));
  const others = changes
    .filter((change) => !named.has(change.id) && change.kind !== 'note')
    .slice(0, mostOthers)
    .map((change) => ({ change, why: '' }));
  const groups = [
    { label: 'Suspects, the likeliest first', options: optionsOf(suspects) },
    { label: 'Other changes, the newest first', options: optionsOf(others) },
    { label: 'Neither', options: [{ text: plain('Something else: no change did it'), value: noChange }] },
  ].filter(({ options }) => options.length > 0);
  const chosen = groups.flatMap(({ options }) => options).find(({ value }) => value === incident.causeId);
  return field(
    'cause',
    { label: 'What caused it?', hint: 'Not known yet? Leave it empty; it can be said later.' },
    {
      type: 'static_select',
      placeholder: plain('Choose a change'),
      option_groups: groups.map(({ label, options }) => ({ label: plain(label), options: [...options] })),
      ...(chosen === undefined ? {} : { initial_option: chosen }),
    },
  );
}

/** Null: nothing has changed since it began. */
function fixField({ startedAt }: Incident, { changes, verdicts }: ResolveModal['found']): InputBlock | null {
  const since = changes.filter((change) => repairs.includes(change.kind) && change.occurredAt >= startedAt);
  const options = optionsOf(since.map((change) => ({ change, why: '' }))).slice(0, mostOptions);
  if (options.length === 0) return null;
  const initial = options.filter(({ value }) => verdicts.get(value ?? '')?.verdict?.verdict === 'fixed');
  return field(
    'fix',
    {
      label: 'What fixed it?',
      hint: 'If it went to production past staging, I offer the pull request that brings it back.',
    },
    {
      type: 'multi_static_select',
      placeholder: plain('Choose what was changed since'),
      options: [...options],
      ...(initial.length === 0 ? {} : { initial_options: initial }),
    },
  );
}

function optionsOf(changes: readonly { readonly change: Change; readonly why: string }[]): readonly PlainTextOption[] {
  return changes.flatMap(({ change, why }) => changeOption(change, why) ?? []);
}
