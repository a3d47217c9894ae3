import type { SlackGroup } from '../domain/people/group.ts';

/** Whom to ask about groups. Rejects while Slack cannot be asked. `refused`: it does not tell us, and why. */
export interface SlackGroups {
  readonly all: () => Promise<
    | { readonly outcome: 'told'; readonly groups: readonly SlackGroup[] }
    | { readonly outcome: 'refused'; readonly why: string }
  >;
}
