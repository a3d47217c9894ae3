import { restrictedServices } from '../src/config/restricted-services.ts';
import { readSettings } from '../src/config/settings.ts';
import type { TestDatabase } from './database.ts';
import type { storyTeller } from './measured-story.ts';

/** Names, former spellings, an alias of the settings and one that a person added; titles; what others call. */
export const secrets = /pay[-_ ]?roll|pay[-_]api|wages|Raise the salaries|acme\/money|mallory|feedc0de/i;

function restrictedBy(text: string) {
  const read = readSettings(text);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  return restrictedServices(read.settings);
}
/** As the settings of a process say that payroll is restricted, and as those of another say that nothing is. */
export const restricted = restrictedBy('services: { Payroll: { restricted: true, aliases: [Pay_API] }, checkout: {} }');
export const nothing = restrictedBy('services: { Payroll: {} }');

/**
 * Beside the story of the measures: everything by which a restricted service, payroll, could show. Gives what others see or
 * do not see by their numbers.
 */
export async function tellSecrets({ pool }: TestDatabase, story: ReturnType<typeof storyTeller>) {
  const said = { title: 'Raise the salaries', repository: 'acme/money', actor: { login: 'mallory' } };
  const spelled = ['payroll', 'pay-api', 'PAYROLL', 'PAY_API', 'Payroll', 'Pay_API', 'wages'];
  const secret: string[] = [];
  for (const [place, name] of spelled.entries()) {
    const id = await story.deploy(`11-1${place} 08:00`, name, {
      ...said,
      commit: 'feedc0de'.repeat(5),
      to: `7.${place}`,
    });
    // As it is after the settings have been edited: what was recorded keeps its spelling.
    await pool.query('update changes set service = $2, services = array[$2] where id = $1', [id, name]);
    await pool.query('insert into services values ($1, now()) on conflict do nothing', [name]);
    secret.push(id);
  }
  await pool.query(`insert into aliases values ('service', 'wages', 'Payroll', 'cli', now())`);
  await story.tell('11-11 08:30', { kind: 'flag', serviceName: 'payroll', ...said });

  // One change of two services, which takes back what checkout had, and which people name as the cause of trouble there.
  const bad = await story.deploy('11-19 06:00', 'checkout', { to: '9.1', title: 'Sell more' });
  const shared = await story.deploy('11-19 06:30', 'checkout', { to: '9.0', title: 'Raise the salaries of sellers' });
  await pool.query(
    `update changes set service = null, services = '{checkout,payroll}', kind = 'rollback',
       relation = jsonb_build_object('previousId', $2::text) where id = $1`,
    [shared, bad],
  );
  // What is counted by what is hidden: taking it back, mending what it brought, and what was merged with its service.
  const back = await story.deploy('11-19 06:32', 'checkout', { to: '9.2', title: 'Sell less' });
  const hotfix = await story.deploy('11-19 06:34', 'checkout', {
    to: '9.3',
    repository: 'acme/shop',
    branch: 'hotfix/x',
  });
  const merge = await story.tell('11-19 06:00', { kind: 'merge', serviceName: 'payroll', ...said });
  await pool.query(`insert into identities values ('commit', 'acme/shop@' || repeat('e', 40), $1)`, [merge]);
  await pool.query(
    `update changes set relation = jsonb_build_object('previousId', $3::text, 'carried', jsonb_build_object('direction',
       case id when $1 then 'backward' else 'forward' end, 'commits',
       jsonb_build_array(jsonb_build_object('sha', repeat('e', 40)))))
     where id in ($1, $2)`,
    [back, hotfix, shared],
  );
  const behindSecret = await story.fault({ services: ['checkout'], started: '11-19 06:40' });
  await story.resolve(behindSecret, '11-19 06:50', { causeId: shared });
  // An incident of the restricted service by an open one's deploy, and one that is both's.
  const secretFault = await story.fault({ services: ['payroll'], started: '11-19 07:00' });
  await story.resolve(secretFault, '11-19 07:10', { causeId: bad });
  const openFault = await story.fault({ services: ['checkout', 'Payroll'], started: '11-19 08:00' });
  await story.resolve(openFault, '11-19 08:10', { causeId: secret[0] ?? null });

  await pool.query(`
    insert into parity_scores values ('production', 'staging', '2025-11-10', '2025-11-10T09:00Z', 94.5, 87, 200, 189,
      '{"unexplained": 2, "intended": 6}');
    insert into backports (state, service, reference, mirror, repository, title, why, imported, opened_at, recorded_at)
    select 'open', service, 'production', 'staging', repository, title, 'x', false, at, at
    from (values ('2025-11-12T12:00Z'::timestamptz)) as moment (at), (
      select service, 'acme/money', 'Raise the salaries'
      from unnest(array['payroll', 'Payroll', 'Pay api', 'pay-api', 'wages']) as service
      union all values ('checkout', 'acme/shop', 'Round amounts'), (null, 'acme/shop', 'Round amounts')
    ) as told (service, repository, title)`);
  return { bad, shared, back, hotfix, secretFault, openFault, behindSecret };
}
