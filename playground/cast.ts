import type { ChannelSeed, PersonSeed } from './slack/workspace.ts';

/** Who is in the playground: one of each kind that the bot must tell apart. */
export const people: readonly PersonSeed[] = [
  { name: 'ada', realName: 'Ada Lind', timezone: 'Europe/London', membership: 'member', admin: true },
  { name: 'grace', realName: 'Grace Moreno', timezone: 'America/New_York', membership: 'member' },
  { name: 'joan', realName: 'Joan Pike', timezone: 'Europe/Berlin', membership: 'guest' },
  { name: 'kay', realName: 'Kay Adler', timezone: 'Asia/Tokyo', membership: 'external' },
];

export const channels: readonly ChannelSeed[] = [
  { name: 'incidents', topic: 'What is broken, and since when', bot: true, people: people.map(({ name }) => name) },
  { name: 'prod-changes', topic: 'What reaches production', bot: true },
  { name: 'payments', topic: 'The payments team', bot: false },
];
