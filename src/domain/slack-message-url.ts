/** Leads to a message in whichever workspace the reader is signed in to. `ts`: as Slack gives it. */
export function slackMessageUrl(channelId: string, ts: string): string {
  return `https://slack.com/archives/${encodeURIComponent(channelId)}/p${encodeURIComponent(ts.replace('.', ''))}`;
}
