import type { Workspace } from './workspace.ts';

/** Slack's word for why a channel cannot be called so; null when it can. */
export function channelNameProblem(workspace: Workspace, name: string): string | null {
  if (name === '') return 'invalid_name_required';
  if (name.length > 80) return 'invalid_name_maxlength';
  if (!/[\p{Ll}\p{Lo}\d]/u.test(name)) return 'invalid_name_punctuation';
  if (!/^[\p{Ll}\p{Lo}\p{M}\d_-]+$/u.test(name)) return 'invalid_name_specials';
  return workspace.channels.some((channel) => !channel.direct && channel.name === name) ? 'name_taken' : null;
}
