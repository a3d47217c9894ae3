import { describe, expect, it } from 'vitest';
import { groupsNamed, restrictedServices } from './restricted-services.ts';
import { incidentChannelOf, parityChannelOf } from './settings-names.ts';
import { readSettings } from './settings.ts';

function read(text: string) {
  const result = readSettings(text);
  if (result.outcome === 'invalid') throw new Error(result.problems.join('\n'));
  return result.settings;
}

const people = `
people:
  - { name: ada, slack: U0ADA, github: ada-l, email: ada@example.com }
  - { name: grace, github: grace-h }
`;

describe('restrictedServices', () => {
  it.each([
    ["owners: ['@ada']", ['U0ADA']],
    ['owners: [Ada-L]', ['U0ADA']],
    ['owners: [ada@example.com]', ['U0ADA']],
    ['owners: [U0OTHER]', ['U0OTHER']],
    // Nobody says who she is in Slack.
    ['owners: [grace]', []],
    // Who is in a group, Slack says.
    ["owners: ['@payments-team', S0TEAM]", []],
    ['owners: []', []],
  ])('with %s are shown to %j', (owners, expected) => {
    const [service] = restrictedServices(read(`services: { Payroll: { restricted: true, ${owners} } }\n${people}`));

    expect([...(service?.owners ?? [])]).toEqual(expected);
  });

  it.each([
    ["owners: ['@payments-team', S0614TZR7]", ['payments-team', 'S0614TZR7']],
    ["owners: ['<!subteam^S0614TZR7|@payments-team>']", ['S0614TZR7']],
    // What is a name of `people` is that person, also when it is not known who they are in Slack.
    ["owners: ['@ada', ada-l, '@grace', grace-h]", []],
    ['owners: [U0OTHER, Alan Turing, alan@example.com]', []],
  ])('with %s belong to the groups %j', (owners, expected) => {
    const services = restrictedServices(read(`services: { Payroll: { restricted: true, ${owners} } }\n${people}`));

    expect(services[0]?.groups).toEqual(expected);
  });

  it('name each group once, and none of other services', () => {
    const services = restrictedServices(
      read(`services:
  payroll: { restricted: true, owners: ['@money', '@people'] }
  ledger: { restricted: true, owners: [money] }
  checkout: { owners: ['@payments'] }`),
    );

    expect(groupsNamed(services)).toEqual(['money', 'people']);
  });

  it('are those that say so, by all their names', () => {
    const services = restrictedServices(
      read(
        'services: { Payroll: { restricted: true, aliases: [Pay-API] }, checkout: {}, ledger: { restricted: false } }',
      ),
    );

    expect(services.map(({ names }) => names)).toEqual([['Payroll', 'payroll', 'Pay-API', 'pay-api']]);
  });
});

describe('the card of an incident of a restricted service', () => {
  const places = `
incidents: { channel: '#fires' }
environments: { production: { channel: '#prod' } }
services: { payroll: { restricted: true, channel: '#payroll' }, Tills: { restricted: true, aliases: [Kassa] }, vault: { restricted: true }, checkout: { channel: '#pay' } }
`;

  it.each([
    [['payroll'], '#payroll', '#payroll'],
    [['checkout', 'payroll'], '#payroll', '#payroll'],
    [['vault'], null, null],
    // As it was recorded before the settings named it.
    [['tills'], null, null],
    [['kassa'], null, null],
    [['checkout', 'vault'], null, null],
    [['checkout'], '#fires', '#pay'],
    [['search'], '#fires', '#prod'],
  ])('of %j goes to %s, and what else is told of it to %s', (services, incidents, others) => {
    expect(incidentChannelOf(read(places), { services, environment: 'production' })).toBe(incidents);
    expect(parityChannelOf(read(places), { services, reference: 'production' })).toBe(others);
  });
});
