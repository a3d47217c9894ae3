import { changeStep, countOf, isDeploy, kindNoun, personName, serviceName, tookEffect } from '../change-words.ts';
import type { Change } from '../change.ts';
import type { Story, StoryLine } from './story.ts';
import { incidentReference } from './incident.ts';
import { formatDuration } from '../since/format.ts';

/** A piece of a line: words (from outside, not escaped), a moment in the reader's own time, a person, a link. */
export type CatchUpPiece =
  | { readonly words: string }
  | { readonly at: Date }
  /** A Slack member id. */
  | { readonly member: string }
  | { readonly link: string; readonly url: string };

export interface CatchUpLine {
  readonly label: string;
  readonly pieces: readonly CatchUpPiece[];
}

const mostLines = 10;
const mostNotes = 3;

/** How it stands, for whoever comes late: at most ten lines, what matters most first. */
export function catchUpOf(story: Story): readonly CatchUpLine[] {
  const lines = [
    head(story),
    affected(story),
    cause(story),
    takenBack(story),
    alerts(story),
    ruledOut(story),
    landed(story),
    ...notes(story),
  ];
  return lines.filter((line) => line !== null).slice(0, mostLines);
}

function line(label: string, ...pieces: readonly (CatchUpPiece | string | null)[]): CatchUpLine {
  return {
    label,
    pieces: pieces.flatMap((piece) => (piece === null ? [] : typeof piece === 'string' ? [{ words: piece }] : [piece])),
  };
}

function head({ incident, measures, asOf }: Story): CatchUpLine {
  const { startedAt, mitigatedAt, resolvedAt, severity, title } = incident;
  const began = [` · ${severity === null ? '' : `${severity} · `}began `, { at: startedAt }] as const;
  const label = incidentReference(incident);
  if (resolvedAt !== null) {
    const took = measures.toResolve === null ? '' : ` after ${formatDuration(measures.toResolve)}`;
    return line(label, title, ...began, `, resolved${took}`);
  }
  const going = formatDuration(asOf.getTime() - startedAt.getTime());
  if (mitigatedAt === null) return line(label, title, ...began, `, ${going} ago, still open`);
  return line(label, title, ...began, ', mitigated ', { at: mitigatedAt }, ', not resolved');
}

function affected({ incident: { environment, services, symptom } }: Story): CatchUpLine | null {
  const what = services.length === 0 ? 'no known service' : services.slice(0, 8).join(', ');
  const where = environment === null ? what : `${what} in ${environment}`;
  return line('Affected', where, symptom === '' ? null : `: “${symptom}”`);
}

function cause({ cause: named, incident, decided, suspects }: Story): CatchUpLine {
  const note = incident.causeNote === null ? null : `: “${incident.causeNote}”`;
  if (named !== null) {
    const by = decided.findLast(({ change, verdict }) => change.id === named.id && verdict === 'caused')?.entry.saidBy;
    return line('Cause', ...changePieces(named), note, ...whoPieces(by ?? null, ', says '));
  }
  if (note !== null) return line('Cause', `no change of the timeline${note}`);
  const [first, ...others] = suspects;
  if (first === undefined) return line('Cause', 'not known, and no change fits');
  const why = first.reasons.slice(0, 2).map(({ text }) => text);
  const more = others.length === 0 ? null : `; then ${others.map(({ change }) => labelOf(change)).join(', ')}`;
  return line(
    first.likelihood === 'likely' ? 'Likely' : 'Possible',
    ...changePieces(first.change),
    why.length === 0 ? null : `, ${why.join(', ')}`,
    more,
  );
}

function takenBack({ cause: named, suspects, undone, fixes }: Story): CatchUpLine | null {
  const suspected = [...(named === null ? [] : [named]), ...suspects.map(({ change }) => change)];
  const back = suspected.map(({ id }) => undone.get(id)).find((each) => each !== undefined);
  const done = [...fixes, ...(back === undefined ? [] : [back])].find(({ status }) => status !== 'started') ?? back;
  if (done === undefined) return null;
  if (done.status === 'started')
    return line('Fix', ...changePieces(done), ', under way since ', { at: done.occurredAt });
  return line('Fix', ...changePieces(done), ', since ', { at: tookEffect(done) });
}

function alerts({ alertCount, alertsOpen, alerts: told }: Story): CatchUpLine | null {
  if (alertCount === 0) return null;
  const title = told.find(({ resolvedAt }) => alertsOpen === 0 || resolvedAt === null)?.title;
  const state = alertsOpen === 0 ? 'all over' : `${alertsOpen.toLocaleString('en')} still open`;
  return line('Alerts', `${countOf(alertCount, 'alert')}, ${state}`, title === undefined ? null : `: “${title}”`);
}

function ruledOut({ decided }: Story): CatchUpLine | null {
  const out = decided.filter(({ verdict }) => verdict === 'dismissed');
  if (out.length === 0) return null;
  const words = out
    .slice(-3)
    .map(({ change, entry }) => `${labelOf(change)}${entry.text === '' ? '' : ` (${entry.text})`}`);
  return line('Ruled out', words.join(', '), out.length > 3 ? ` and ${out.length - 3} more` : null);
}

function landed({ lines, incident, leftOut }: Story): CatchUpLine | null {
  const since = lines.flatMap((each) =>
    each.type === 'change' && tookEffect(each.change) >= incident.startedAt ? [each.change] : [],
  );
  const last = since.at(-1);
  if (last === undefined) return line('Since it began', 'no change that concerns it was seen');
  const count = countOf(since.length + leftOut, 'change');
  return line('Since it began', `${count}; the last: `, ...changePieces(last), ' ', { at: last.occurredAt });
}

/** The newest, in the order in which they were said. */
function notes({ lines }: Story): readonly CatchUpLine[] {
  const said = lines.filter(
    (each): each is Extract<StoryLine, { type: 'entry' }> => each.type === 'entry' && each.entry.kind === 'note',
  );
  return said
    .slice(-mostNotes)
    .map(({ entry }) => line('Note', { at: entry.at }, ...whoPieces(entry.saidBy, ' '), `: ${entry.text}`));
}

function whoPieces(saidBy: string | null, before: string): readonly (CatchUpPiece | string)[] {
  if (saidBy === null) return [];
  return saidBy.startsWith('api:') ? [`${before}API token ${saidBy.slice(4)}`] : [before, { member: saidBy }];
}

function changePieces(change: Change): readonly (CatchUpPiece | string)[] {
  const who = personName(change.actor);
  const url = change.diffUrl ?? change.runUrl ?? change.url;
  const label = `${kindNoun(change.kind, 1)} ${labelOf(change)}`;
  return [url === null ? label : { link: label, url }, ...(who === null ? [] : [` by ${who}`])];
}

function labelOf(change: Change): string {
  const service = serviceName(change);
  return isDeploy(change) && service !== null ? `${service} ${changeStep(change)}` : changeStep(change);
}
