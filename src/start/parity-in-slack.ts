import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import { parityChannelOf } from '../config/settings-names.ts';
import { pairsOf } from '../config/parity-rules.ts';
import type { Schema } from '../database/schema.ts';
import type { Difference } from '../domain/comparison/difference.ts';
import { type Viewer, isHidden } from '../domain/viewer.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { accept, acceptances, acceptancesThatWait, confirm, riskyFacets } from '../parity/acceptances.ts';
import { explain } from '../parity/explanations.ts';
import { visibleReport } from '../parity/visible-report.ts';
import { lastWriters } from '../parity/last-writers.ts';
import { serviceStandings } from '../parity/service-standing.ts';
import type { Confirmed, ParityPort } from '../slack/parity/port.ts';
import { comparison } from './comparison.ts';

/** What Slack's part of parity works with. */
export function parityPort({
  db,
  configuration,
  git,
}: {
  readonly db: Kysely<Schema>;
  readonly configuration: Pick<Configuration, 'settings' | 'catalog'>;
  readonly git: GitOrigin | null;
}): ParityPort {
  const { settings, catalog } = configuration;
  const compare = comparison({ db, configuration, git });
  const [usual = { reference: 'production', mirror: 'staging' }, ...others] = pairsOf(settings);
  return {
    pairs: [usual, ...others],
    channelOf: (place) => parityChannelOf(settings, place),
    compare: async ({ viewer, ...asked }) => visibleReport(db, await compare(asked), viewer),
    accept: async ({ highRisk, ...wish }, now) => ({
      outcome: 'accepted',
      acceptance: await accept(db, { ...wish, must: null, isRisky: highRisk }, now),
    }),
    confirm: (id, { slackId, viewer }, now) => confirmOnce(db, id, { by: slackId, viewer, now }),
    waiting: (limit, now) => acceptancesThatWait(db, { now, limit }),
    standings: (services) => serviceStandings(db, usual, services),
    explain: async ({ pair, differences, changeId, note, by }, now) => {
      const kept = await Promise.all(differences.map((place) => explain(db, { pair, place, changeId, note, by, now })));
      return kept.includes(true) ? 'explained' : 'gone';
    },
    isHighRisk,
    lastWriters: (differences, pair) => lastWriters({ db, catalog }, differences, pair),
  };
}

function isHighRisk({ verdict, facet, reference, mirror }: Difference): boolean {
  return (
    verdict === 'forbidden-equality' || riskyFacets.has(facet) || reference?.secret === true || mirror?.secret === true
  );
}

async function confirmOnce(
  db: Kysely<Schema>,
  id: string,
  { viewer, ...said }: { readonly by: string; readonly viewer: Viewer; readonly now: Date },
): Promise<Confirmed> {
  const before = await acceptanceOf(db, id);
  if (before === null || isHidden(viewer, [before.service])) return { outcome: 'gone' };
  if (before.confirmedBy !== null) return { outcome: 'already', acceptance: before };
  const outcome = await confirm(db, id, said);
  if (outcome === 'gone') return { outcome };
  const acceptance = (await acceptanceOf(db, id)) ?? before;
  return { outcome: outcome === 'own' ? 'same-person' : 'confirmed', acceptance };
}

async function acceptanceOf(db: Kysely<Schema>, id: string) {
  if (!/^\d{1,18}$/.test(id)) return null;
  return (await acceptances(db)).find((each) => each.id === id) ?? null;
}
