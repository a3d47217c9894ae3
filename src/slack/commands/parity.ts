import { type ParityCommand, parseParityCommand } from '../../domain/parity/command.ts';
import { visibleNames } from '../../domain/viewer.ts';
import { muteDigest, showDigestSettings, unmuteDigest } from '../actions/digest-button.ts';
import type { SlackContext } from '../context.ts';
import { previewDigest } from '../digest/preview.ts';
import { renderNotUnderstood } from '../messages/not-understood.ts';
import { renderParityHelp } from '../messages/parity-help.ts';
import { openAcceptModal } from '../parity/accept.ts';
import { attachAudit } from '../parity/audit.ts';
import { confirmAcceptance } from '../parity/confirm.ts';
import { showParity } from '../parity/show.ts';
import type { CommandRequest } from '../request.ts';
import { type SlackMessage, privately } from '../send.ts';
import { spoken } from '../spoken-text.ts';

/** In characters as Slack sends them. */
const longest = 4000;

export async function parity(context: SlackContext, request: CommandRequest): Promise<void> {
  const answer = await answerTo(context, request);
  if (answer !== null) await request.respond(privately(answer));
}

/** Null: a modal has been opened, or it is answered already. */
async function answerTo(context: SlackContext, request: CommandRequest): Promise<SlackMessage | null> {
  const [words, all] = await Promise.all([spoken(context, request.text.slice(0, longest)), context.vocabulary()]);
  const vocabulary = visibleNames(all, await context.viewerOf(request.asker.id));
  const read = parseParityCommand(words, { vocabulary, pairs: context.parity.pairs });
  switch (read.outcome) {
    case 'help':
      return renderParityHelp(context.parity.pairs[0]);
    case 'not-understood': {
      const examples = read.examples.map((example) => `/parity ${example}`);
      return renderNotUnderstood({ read: read.read, problem: read.problem, examples });
    }
    case 'command':
      return obey(context, request, read.command);
  }
}

function obey(context: SlackContext, request: CommandRequest, command: ParityCommand): Promise<SlackMessage | null> {
  const { asker, channelId, triggerId } = request;
  switch (command.do) {
    case 'show':
      return showParity(context, asker.id, { ...command, offset: 0 });
    case 'accept':
      return openAcceptModal(context, asker.id, { channelId, triggerId }, command);
    case 'confirm':
      return confirmAcceptance(context, command.acceptanceId, asker.id);
    case 'audit':
      return attachAudit(context, asker);
    case 'digest':
      return aboutDigest(context, request, command.what);
  }
}

async function aboutDigest(
  context: SlackContext,
  request: CommandRequest,
  what: Extract<ParityCommand, { do: 'digest' }>['what'],
): Promise<SlackMessage | null> {
  const wants = { channel: request.channelId, week: null, by: request.asker.id };
  switch (what) {
    case 'settings':
      return showDigestSettings(context, request.channelId);
    case 'mute':
      return muteDigest(context, wants, null);
    case 'unmute':
      return unmuteDigest(context, wants);
    case 'now':
      await previewDigest(context, request);
      return null;
  }
}
