import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Schema } from '../../database/schema.ts';
import { type DigestRow, saveDigest } from '../../digest/rows.ts';
import { chartLines } from '../../domain/digest/chart-lines.ts';
import type { Digest } from '../../domain/digest/digest.ts';
import { chartWords } from '../../domain/digest/words.ts';
import type { ChartForm } from '../messages/digest-chart.ts';
import { drawLineCharts } from '../picture/line-chart.ts';

interface Dependencies {
  readonly db: Kysely<Schema>;
  readonly client: WebClient;
  readonly log: Logger;
  readonly now: () => Date;
}

const Uploaded = z.object({
  files: z.array(z.object({ files: z.array(z.object({ id: z.string().min(1).max(50) })).min(1) })).min(1),
});

/** A picture may be shown some seconds after Slack has it (slackapi/python-slack-sdk issue 1658). */
const settling = 60_000;
const retry = 5000;

/** How the chart is shown, as far as Slack has taken it. Uploads the picture where it is to be one. */
export async function chartFormOf(dependencies: Dependencies, row: DigestRow, digest: Digest): Promise<ChartForm> {
  if (row.chart === 'native' || chartLines(digest).length === 0)
    return { as: row.chart === 'native' ? 'native' : 'words' };
  if (row.chart === 'words') return { as: 'words' };
  if (row.picture !== null) return { as: 'picture', file: row.picture };
  const { db, client, log, now } = dependencies;
  const file = await upload(client, digest).catch((error: unknown) => {
    log.warn({ err: error, channel: row.channel }, 'Slack does not take the picture of a chart');
    return null;
  });
  await saveDigest(db, row, file === null ? { chart: 'words' } : { picture: file, pictured_at: now() });
  return file === null ? { as: 'words' } : { as: 'picture', file };
}

/** What is tried next, and when. */
export async function formAfterRefusal({ db, now }: Dependencies, row: DigestRow, form: ChartForm): Promise<Date> {
  const at = now();
  if (form.as === 'native') {
    await saveDigest(db, row, { chart: 'picture' });
    return at;
  }
  const since = row.pictured_at ?? at;
  if (at.getTime() - since.getTime() < settling) return new Date(at.getTime() + retry);
  await saveDigest(db, row, { chart: 'words' });
  return at;
}

/** Nobody sees it before a message shows it: one that is left over by a crash stays private. */
async function upload(client: WebClient, digest: Digest): Promise<string> {
  const answer = await client.files.uploadV2({
    filename: 'twelve-weeks.png',
    title: 'Twelve weeks',
    file: drawLineCharts(chartLines(digest)),
    alt_text: chartWords(digest).join('. ').slice(0, 1000),
  });
  const [first] = Uploaded.parse(answer).files;
  const [file] = first?.files ?? [];
  if (file === undefined) throw new Error('Slack told no id of a picture that it took.');
  return file.id;
}
