export interface Person {
  /** A member id; null: nobody said who that is in Slack, or it is a team. */
  readonly slackId: string | null;
  readonly name: string;
}

export function isSame(one: Person | null, other: Person | null): boolean {
  if (one === null || other === null) return false;
  return one.slackId === null || other.slackId === null ? one.name === other.name : one.slackId === other.slackId;
}
