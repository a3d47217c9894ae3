import { type Preferences, preferencesOf } from '../../preferences/preferences.ts';
import type { ServiceStandings } from '../../parity/service-standing.ts';
import { catalogWith } from '../../timeline/aliases.ts';
import { type OwnChanges, ownChanges } from '../../timeline/own-changes.ts';
import { lastPing } from '../../timeline/source-pings.ts';
import { type UnmatchedNames, unmatchedNames } from '../../timeline/unmatched-names.ts';
import { type Viewer, isHidden } from '../../domain/viewer.ts';
import { sourceTitle } from '../../domain/source-title.ts';
import type { SlackContext } from '../context.ts';
import { withNames } from '../member-names.ts';
import type { Concern } from './port.ts';
import type { Ping } from '../messages/first-step.ts';
import { type Waiting, mostAcceptances, mostBackports } from '../messages/home-waits.ts';
import type { Member } from '../who.ts';

/** What concerns one person. Null: it could not be read, or is not for them. */
export interface HomeRead {
  /** `changes` is null where nobody knows what they are called elsewhere. */
  readonly own: { readonly outcome: 'read'; readonly changes: OwnChanges | null } | { readonly outcome: 'failed' };
  readonly waiting: Waiting | null;
  readonly standings: ServiceStandings | null;
  readonly preferences: Preferences | null;
  /** For administrators. */
  readonly unmatched: UnmatchedNames | null;
  readonly ping: Ping | null;
}

/** Enough to choose those from that are on their way. */
const mostChanges = 40;
/** Of these, those that may wait for them are shown. */
const mostAsked = 50;
const mostServices = 100;

/** Each part for itself: what fails is told as missing, and the others are shown. */
export async function readHome(context: SlackContext, asker: Member, now: Date): Promise<HomeRead> {
  const { db, catalog, home, parity, people } = context;
  const part = async <Part>(what: string, read: () => Promise<Part>): Promise<Part | null> => {
    try {
      return await read();
    } catch (error) {
      context.log.warn({ err: error, what }, 'a part of the Home tab could not be read');
      return null;
    }
  };
  const [concern, viewer] = await Promise.all([home.concernOf(asker.id), context.viewerOf(asker.id)]);
  const services = concern.services.filter((name) => !isHidden(viewer, [name])).slice(0, mostServices);
  const [own, waiting, standings, preferences, unmatched, ping] = await Promise.all([
    part('own changes', async () => {
      const names = await people.identitiesOf(asker.id);
      if (names.length === 0) return { outcome: 'read' as const, changes: null };
      const { hidden } = viewer;
      const changes = await ownChanges(db, { names, limit: mostChanges, hidden, now }, await catalogWith(db, catalog));
      return { outcome: 'read' as const, changes };
    }),
    part('what waits', () => readWaiting(context, { asker, concern, viewer }, now)),
    services.length === 0 ? null : part('services', () => parity.standings(services)),
    part('preferences', () => preferencesOf(db, asker.id)),
    asker.admin ? part('names', async () => visibleSuggestions(await unmatchedNames(db, catalog, now), viewer)) : null,
    part('test events', async () => {
      const last = await lastPing(db);
      return last === null ? null : { title: sourceTitle(last.source), at: last.at };
    }),
  ]);
  return { own: own ?? { outcome: 'failed' }, waiting, standings, preferences, unmatched, ping };
}

async function readWaiting(
  context: SlackContext,
  { asker, concern, viewer }: { readonly asker: Member; readonly concern: Concern; readonly viewer: Viewer },
  now: Date,
): Promise<Waiting> {
  const { backports, parity, who } = context;
  const [page, asked] = await Promise.all([
    backports.list({ mine: asker.id, service: null, hidden: viewer.hidden, offset: 0, limit: mostBackports }),
    parity.waiting(mostAsked, now),
  ]);
  const acceptances = asked
    .filter(
      ({ acceptedBy, service }) => acceptedBy !== asker.id && concern.includes(service) && !isHidden(viewer, [service]),
    )
    .slice(0, mostAcceptances + 1);
  return { backports: await withNames(who, page.views), total: page.total, acceptances };
}

/** Nobody learns by it which services there are that they may not know. */
function visibleSuggestions({ service, environment }: UnmatchedNames, viewer: Viewer): UnmatchedNames {
  const isVisible = (name: string) => !isHidden(viewer, [name]);
  const names = service.names
    .filter(({ name }) => isVisible(name))
    .map((each) => (each.suggestion === null || isVisible(each.suggestion) ? each : { ...each, suggestion: null }));
  return { environment, service: { ...service, names, known: service.known.filter(isVisible) } };
}
