import { channelOf, type Channel, type Person, type Workspace } from '../slack/workspace.ts';

/** Null for the Home tab; the first channel when they may not see the one asked for. */
export function channelFor(workspace: Workspace, viewer: Person, place: string): Channel | null {
  if (place === 'home') return null;
  const wanted = channelOf(workspace, place === 'direct' ? viewer.directChannel : place);
  if (wanted !== undefined && maySee(wanted, viewer)) return wanted;
  return workspace.channels.find((channel) => channel.people.includes(viewer.id)) ?? null;
}

/** Full members find every public channel. */
export function maySee(channel: Channel, viewer: Person): boolean {
  return channel.people.includes(viewer.id) || (!channel.private && viewer.membership === 'member');
}

export function titleOf(channel: Channel): string {
  return channel.direct ? channel.name : `#${channel.name}`;
}
