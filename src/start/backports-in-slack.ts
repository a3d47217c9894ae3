import type { Kysely } from 'kysely';
import { decideBackport } from '../backports/decide.ts';
import { enqueueNags } from '../backports/enqueue-nags.ts';
import { findBackport, unreadablePlaces } from '../backports/list.ts';
import { pageOf, viewsOf } from '../backports/nags/page.ts';
import { ruleRates } from '../backports/nags/rates.ts';
import { picksOf, pullsOf } from '../backports/pulls/kept.ts';
import { openPull } from '../backports/pulls/open.ts';
import type { Configuration } from '../config/configuration.ts';
import { nagRulesOf } from '../config/nag-rules.ts';
import type { Schema } from '../database/schema.ts';
import type { Concerned, People } from '../people/people.ts';
import type { BackportPort } from '../slack/backports/port.ts';
import { openingOf, pullContext } from './backport-pulls.ts';
import { backportContext } from './backports.ts';
import { gitOrigin } from './git.ts';

interface Options {
  readonly db: Kysely<Schema>;
  readonly configuration: Pick<Configuration, 'environment' | 'settings' | 'catalog'>;
  readonly people: Pick<People, 'directoryOf'>;
  readonly now: () => Date;
}

/** Slack waits for no repository: a click that starts something leaves it to a job. */
export function backportPort({ db, configuration, people, now }: Options): BackportPort {
  const { environment, settings } = configuration;
  const backports = backportContext({ db, configuration, git: gitOrigin(environment), now });
  const pulls = pullContext({ configuration, backports });
  const known = {
    db,
    directoryOf: (concerned: Concerned) => people.directoryOf({ ...concerned, leavers: true }),
    rules: nagRulesOf(settings),
    pullsOf,
    picksOf,
    opening: openingOf(configuration),
  };
  return {
    list: async (asked) => {
      const [page, places] = await Promise.all([
        pageOf(known, asked, now()),
        unreadablePlaces(db, asked.service, asked.hidden),
      ]);
      const unknown = places.map(
        ({ repository, reference, mirror, why }) =>
          `What ${mirror} lacks of what ${reference} has of ${repository} is not known: ${why}`,
      );
      return { ...page, unknown };
    },
    get: async (id) => {
      const found = await findBackport(db, id);
      const [view = null] = found === null ? [] : await viewsOf(known, [found], now());
      return view;
    },
    decide: (id, decision, by) => decideBackport(backports, id, decision, by),
    openPull: (id, by) => openPull(pulls, id, by),
    rates: () => ruleRates(db, now()),
    follow: () => enqueueNags(db, now()),
  };
}
