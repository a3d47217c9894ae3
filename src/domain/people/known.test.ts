import { describe, expect, it } from 'vitest';
import { type Directory, directoryFrom, gitHubLoginsOf, namesOf, personOf } from './directory.ts';
import { type Known, directoryWith } from './known.ts';

const settings = directoryFrom(
  [
    { name: 'ada', names: ['ada'], slack: 'UADA', identities: ['ada-l', 'ada@example.com'], gitHub: ['ada-l'] },
    { name: 'nils', names: ['nils'], slack: null, identities: ['nils-g', 'nils@example.com'] },
    { name: 'gus', names: ['gus'], slack: 'UGUEST', identities: ['gus-h'] },
  ],
  new Map(),
);

const nothing: Known = { links: [], finds: [], nobodys: new Set(), standings: new Map(), unasked: true };
const standings = new Map([
  ['UADA', { member: true, name: 'Ada Lovelace' }],
  ['UGRACE', { member: true, name: 'Grace Hopper' }],
  ['UNILS', { member: true, name: 'Nils' }],
  ['UGUEST', { member: false, name: 'Gus' }],
  ['ULEFT', { member: false, name: 'Lea' }],
]);
const said = (slackId: string, ...identities: readonly string[]) =>
  identities.map((identity) => ({ identity, slackId }));

function who(identity: string, known: Partial<Known>): string {
  const person = personOf(directoryWith(settings, { ...nothing, standings, unasked: false, ...known }), identity);
  return person === null ? 'a machine' : `${person.slackId ?? 'text'} ${person.name}`;
}

describe('who somebody is', () => {
  it.each<[why: string, identity: string, known: Partial<Known>, person: string]>([
    ['the settings say it', 'ada-l', {}, 'UADA ada'],
    ['nobody says it', 'grace-h', {}, 'text grace-h'],
    ['they said it', 'grace-h', { links: said('UGRACE', 'grace-h') }, 'UGRACE Grace Hopper'],
    ['the case is another', 'Grace-H', { links: said('UGRACE', 'grace-h') }, 'UGRACE Grace Hopper'],
    ['it is an address of git', 'G <g@b.co>', { links: said('UGRACE', 'g@b.co') }, 'UGRACE Grace Hopper'],
    ['Slack knows the address', 'G <g@b.co>', { finds: said('UGRACE', 'g@b.co') }, 'UGRACE Grace Hopper'],
    [
      'Slack knows the address of somebody in the settings',
      'nils-g',
      { finds: said('UNILS', 'nils@example.com') },
      'UNILS nils',
    ],
    ['settings win over what others say', 'ada-l', { links: said('UGRACE', 'ada-l') }, 'UADA ada'],
    ['settings win over Slack', 'ada@example.com', { finds: said('UGRACE', 'ada@example.com') }, 'UADA ada'],
    [
      'what they said wins over Slack',
      'g@b.co',
      { links: said('UNILS', 'g@b.co'), finds: said('UGRACE', 'g@b.co') },
      'UNILS Nils',
    ],
    ['one of the settings said so', 'nils@example.com', { links: said('UNILS', 'nils-g') }, 'UNILS nils'],
    [
      'two say that they are one of the settings',
      'nils',
      { links: [...said('UNILS', 'nils-g'), ...said('UGRACE', 'nils')] },
      'text nils',
    ],
    [
      'an administrator says that it is nobody',
      'g@b.co',
      { nobodys: new Set(['g@b.co']), finds: said('UGRACE', 'g@b.co') },
      'text g@b.co',
    ],
    ['a guest is in the settings', 'gus-h', {}, 'text gus'],
    ['a guest said it', 'gg', { links: said('UGUEST', 'gg') }, 'text gg'],
    ['who said it has left', 'lea', { links: said('ULEFT', 'lea') }, 'text lea'],
    ['a member id of one who left', 'ULEFT', {}, 'text Lea'],
    ['a member id of a guest in the settings', 'UGUEST', {}, 'text gus'],
    ['a member id', 'UGRACE', {}, 'UGRACE Grace Hopper'],
    ['Slack could not be asked', 'ada-l', { standings: new Map() }, 'text ada'],
    ['there is no Slack', 'ada-l', { standings: new Map(), unasked: true }, 'UADA ada'],
    ['their name in Slack is no identity', 'Grace Hopper', { links: said('UGRACE', 'grace-h') }, 'text Grace Hopper'],
    ['a machine stays one', 'dependabot[bot]', { links: said('UGRACE', 'dependabot[bot]') }, 'a machine'],
  ])('%s: %s', (_why, identity, known, person) => {
    expect(who(identity, known)).toBe(person);
  });
});

it('knows which of these are logins at GitHub where somebody said so, and nothing of the others', () => {
  const links = [
    { identity: 'ada-work', slackId: 'UADA', kind: 'github' as const },
    { identity: 'ada.l', slackId: 'UADA', kind: 'gitlab' as const },
    { identity: 'grace-h', slackId: 'UGRACE', kind: 'github' as const },
  ];
  const known = directoryWith(settings, { ...nothing, standings, links });

  expect(['ada', 'UGRACE', 'Grace-H', 'nils', 'nobody'].map((who) => gitHubLoginsOf(known, who))).toEqual([
    ['ada-l', 'ada-work'],
    ['grace-h'],
    ['grace-h'],
    [],
    [],
  ]);
});

it('gives one person all that they are called', () => {
  const known = { links: said('UADA', 'ada.l', 'a-work'), finds: said('UADA', 'ada@acme.example') };
  const directory: Directory = directoryWith(settings, { ...nothing, standings, ...known });

  expect(directory.people.filter(({ slack }) => slack === 'UADA').flatMap(namesOf)).toEqual([
    'ada-l',
    'ada@example.com',
    'ada.l',
    'a-work',
    'ada@acme.example',
    'ada',
  ]);
});
