import { WebAPIPlatformError } from '@slack/web-api';
import type { Incident } from '../../domain/incidents/incident.ts';
import { incidentReference } from '../../domain/incidents/incident.ts';
import { shorten } from '../../domain/shorten.ts';
import { storyOf } from '../../incidents/story.ts';
import type { SlackContext } from '../context.ts';
import { renderAttached, renderMarkdown } from '../messages/incident-timeline.ts';
import type { SlackMessage } from '../send.ts';
import type { Place } from './perform.ts';
import { postMortemOf } from './post-mortem.ts';

/**
 * The post-mortem's first draft: as a file in the incident's own channel, where everybody works with it; elsewhere, and
 * where Slack takes no file, as text that only the asker sees and can paste into a canvas.
 */
export async function attachTimeline(
  context: SlackContext,
  { asker, channelId }: Place,
  incident: Incident,
  privately: boolean,
): Promise<readonly SlackMessage[]> {
  const markdown = await postMortemOf(context, incident, asker);
  if (privately || incident.channel?.id !== channelId) return renderMarkdown(incident, markdown, null);
  const reference = incidentReference(incident);
  const story = await storyOf(context.incidents, incident, context.now());
  try {
    await context.client.files.uploadV2({
      channel_id: channelId,
      filename: `${reference.toLowerCase()}.md`,
      title: shorten(`${reference} ${incident.title}`, 200),
      content: markdown,
      initial_comment: `The timeline of ${reference} so far, attached by <@${asker.id}>.`,
    });
    return [renderAttached(incident, story)];
  } catch (error) {
    const why = error instanceof WebAPIPlatformError ? error.data.error : 'it did not answer';
    context.log.warn({ err: error, why }, 'Slack does not take the timeline as a file');
    return renderMarkdown(incident, markdown, why);
  }
}
