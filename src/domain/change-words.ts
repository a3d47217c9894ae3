import type { Change, Kind } from './change.ts';
import type { Actor } from './event.ts';
import { shorten } from './shorten.ts';
import { formatDuration } from './since/format.ts';
import { sourceTitle } from './source-title.ts';

const nouns: Readonly<Record<Kind, readonly [one: string, many: string]>> = {
  deploy: ['deploy', 'deploys'],
  rollback: ['rollback', 'rollbacks'],
  merge: ['merge', 'merges'],
  config: ['config edit', 'config edits'],
  flag: ['flag change', 'flag changes'],
  infrastructure: ['infrastructure change', 'infrastructure changes'],
  migration: ['migration', 'migrations'],
  drift: ['drift', 'drifts'],
  maintenance: ['maintenance', 'maintenances'],
  note: ['note', 'notes'],
};

const versionLength = 40;
const nameLength = 60;
const titleLength = 140;

/** `1 deploy`, `3 config edits`. */
export function kindCount(kind: Kind, count: number): string {
  return `${count.toLocaleString('en')} ${kindNoun(kind, count)}`;
}

export function kindNoun(kind: Kind, count: number): string {
  return nouns[kind][count === 1 ? 0 : 1];
}

export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** What a person calls it, with its service: `checkout 1.42.0`, else its title. */
export function changeName(change: Change): string {
  const versions = isDeploy(change) && change.to !== null ? shorten(change.to, versionLength) : '';
  const service = serviceName(change);
  return versions === '' || service === null ? changeTitle(change) : `${service} ${versions}`;
}

/** The same without the service where a heading says it already: `1.41.3 → 1.42.0`. */
export function changeStep(change: Change): string {
  const [from, to] = [change.from, change.to].map((version) => shorten(version ?? '', versionLength));
  const step = from === '' || from === to ? (to ?? '') : `${from} → ${to}`;
  if (isDeploy(change) && to !== '') return step;
  const title = changeTitle(change);
  return to === '' || title.includes(to ?? '') ? title : `${title} ${step}`;
}

export function isDeploy({ kind }: Change): boolean {
  return kind === 'deploy' || kind === 'rollback';
}

/** The services it is about, at most three by name. Null: none known. */
export function serviceName({ service, services }: Change): string | null {
  const names = (service === null ? services : [service])
    .map((name) => shorten(name, nameLength))
    .filter((name) => name !== '');
  if (names.length === 0) return null;
  return names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
}

export function personName(actor: Actor | null | undefined): string | null {
  const name = shorten(actor?.login ?? actor?.name ?? actor?.email ?? '', 40);
  return name === '' ? null : name;
}

/** How it went, for a change that takes time: `took 3 min`, `failed after 2 min`. Null for one that just happened. */
export function changeCourse(change: Change, now: Date): string | null {
  const { status, occurredAt, finishedAt } = change;
  if (status === null) return null;
  const length = finishedAt === null ? null : finishedAt.getTime() - occurredAt.getTime();
  const after = length === null || length <= 0 ? '' : ` after ${formatDuration(length)}`;
  if (change.kind === 'drift') {
    return status === 'started' ? `there for ${formatDuration(now.getTime() - occurredAt.getTime())}` : `over${after}`;
  }
  switch (status) {
    case 'started':
      return `under way for ${formatDuration(now.getTime() - occurredAt.getTime())}`;
    case 'failed':
      return `failed${after}`;
    case 'cancelled':
      return `cancelled${after}`;
    case 'succeeded':
      return length === null || length <= 0 ? null : `took ${formatDuration(length)}`;
  }
}

/** `reported by Argo CD and GitHub`. Null where one system tells it alone. */
export function reportedBy({ sources }: Change): string | null {
  if (sources.length < 2) return null;
  const titles = sources.map(sourceTitle);
  return `reported by ${titles.slice(0, -1).join(', ')} and ${titles.at(-1) ?? ''}`;
}

/** `verified: 1.42.0 is running, health ok`. Null: nobody looked, or what is wrong is among its risks. */
export function verifiedWords({ details }: Change): string | null {
  const said = details['verification'];
  return typeof said === 'string' && said.startsWith('verified: ') ? shorten(said, 160) : null;
}

/** When it took effect: its end, or its beginning while it runs. */
export function tookEffect({ finishedAt, occurredAt }: Change): Date {
  return finishedAt ?? occurredAt;
}

/** `just now`, `4 minutes ago`, `2 h 5 min ago`. */
export function agoWords(at: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - at.getTime()) / 60_000);
  if (minutes < 1) return 'just now';
  return minutes < 60 ? `${countOf(minutes, 'minute')} ago` : `${formatDuration(minutes * 60_000)} ago`;
}

function changeTitle(change: Change): string {
  const title = shorten(change.title, titleLength);
  return title === '' ? kindNoun(change.kind, 1) : title;
}
