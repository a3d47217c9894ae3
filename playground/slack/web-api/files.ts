import { objectsOf, textOf, type JsonObject } from '../../json.ts';
import { withBlockIds } from '../block-ids.ts';
import { postMessage } from '../message-changes.ts';
import { rawFile } from '../raw-message.ts';
import type { SharedFile } from '../workspace.ts';
import { numberOr } from './arguments.ts';
import { channelToWrite, Refused, type Front, type Method } from './method.ts';

export const files: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': {
    scopes: ['files:write'],
    answer: (front, args) => {
      const name = textOf(args['filename']).trim();
      if (name === '' || numberOr(args['length'], 0) <= 0) throw new Refused('invalid_arguments');
      const { id, url } = front.uploads.begin(name);
      return { upload_url: url, file_id: id };
    },
  },
  'files.completeUploadExternal': {
    scopes: ['files:write'],
    answer: (front, args) => {
      const wanted = objectsOf(args['files']);
      if (wanted.length === 0) throw new Refused('invalid_arguments');
      const shared = wanted.map((file) => uploaded(front, file));
      share(front, args, shared);
      for (const { id } of shared) front.uploads.finish(id);
      return { files: shared.map((file) => rawFile(front.workspace, file)) };
    },
  },
};

function uploaded(front: Front, wanted: JsonObject): SharedFile {
  const id = textOf(wanted['id']);
  const found = front.uploads.find(id);
  if (found === undefined) throw new Refused('file_not_found');
  const { name, content } = found;
  return { id, name, title: textOf(wanted['title']) || name, text: content.toString('utf8'), size: content.length };
}

/** Without a channel the files stay private. The bot must be a member: `chat:write.public` is not enough for files. */
function share(front: Front, args: JsonObject, shared: readonly SharedFile[]): void {
  const named = [textOf(args['channel_id']), ...textOf(args['channels']).split(',')].filter((id) => id !== '');
  if (!named.every((id) => /^[CGDZ][A-Z0-9]{8,}$/.test(id))) throw new Refused('invalid_arguments');
  const channels = named.map((id) => channelToWrite(front, id));
  for (const channel of channels) {
    const { events } = postMessage(front.workspace, {
      channel: channel.id,
      author: front.workspace.app.botUser,
      text: textOf(args['initial_comment']),
      blocks: withBlockIds(objectsOf(args['blocks'])),
      threadTs: textOf(args['thread_ts']) || null,
      files: shared,
      notice: { subtype: 'file_share' },
    });
    front.tell(events);
  }
}
