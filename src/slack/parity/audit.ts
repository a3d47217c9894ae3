import { WebAPIPlatformError } from '@slack/web-api';
import { auditCsv, auditMarkdown } from '../../parity/audit.ts';
import type { SlackContext } from '../context.ts';
import { auditIntroduction, renderAudit, renderNoAudit } from '../messages/parity-audit.ts';
import type { SlackMessage } from '../send.ts';
import type { Member } from '../who.ts';

/** Every pair and every difference, as files in the direct messages of who asked: nobody else sees them. */
export async function attachAudit(context: SlackContext, asker: Member): Promise<SlackMessage> {
  const { client, parity, log } = context;
  const now = context.now();
  const viewer = await context.viewerOf(asker.id);
  const reports = [];
  for (const pair of parity.pairs) reports.push(await parity.compare({ pair, service: null, at: now, viewer }));
  const day = now.toISOString().slice(0, 10);
  try {
    // A message to a person opens the direct messages with them, for which no scope of its own is needed.
    const { channel } = await client.chat.postMessage({ channel: asker.id, text: auditIntroduction(day) });
    if (channel === undefined) throw new Error('Slack told no id of a direct message.');
    await client.files.uploadV2({
      channel_id: channel,
      file_uploads: [
        { filename: `parity-${day}.md`, title: `Parity on ${day}`, content: auditMarkdown(reports, now) },
        { filename: `parity-${day}.csv`, title: `Differences on ${day}`, content: auditCsv(reports) },
      ],
    });
    return renderAudit(reports);
  } catch (error) {
    const why = error instanceof WebAPIPlatformError ? error.data.error : 'it did not answer';
    log.warn({ err: error, why }, 'Slack does not take the audit as files');
    return renderNoAudit(reports, why);
  }
}
