/** What somebody is in the workspace. `unknown`: Slack knows no such person, or not enough of them. */
export type Standing = 'member' | 'guest' | 'other-organisation' | 'bot' | 'deactivated' | 'unknown';
