import { z } from 'zod';
import { repetitionOf } from '../../domain/repetition.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import { ignored, told } from '../reading/reader.ts';
import { eventReader, keyOf, lastOfArn, momentOf, placeOf, when } from './event.ts';
import { imageOf } from './image.ts';

const Image = z.object({
  result: text(50),
  'action-type': name(50),
  'repository-name': name(300),
  'image-digest': text(100),
  'image-tag': text(200),
});

/**
 * A push runs nothing yet; it tells which image a version is. Deleting one is what a lifecycle policy does all day, and
 * what keeps a service from starting when it was the wrong one.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
 */
export const readImage = eventReader(Image, (detail, event, context) => {
  const { 'action-type': action, 'repository-name': repository, 'image-tag': tag } = detail;
  if (detail.result !== 'SUCCESS') return ignored('an image action that failed');
  if (action !== 'PUSH' && action !== 'DELETE') return ignored(`an image action ${action}`);
  const digest = imageOf(detail['image-digest']).digest;
  const image = `${repository}${tag === undefined ? '' : `:${tag}`}`;
  const time = when(event, context);
  return told({
    statement: {
      key: keyOf('ecr', event.account, event.region, action, repository, tag, detail['image-digest'], momentOf(event)),
      ...time,
      phase: 'happened',
      kind: 'note',
      title: action === 'PUSH' ? `image ${image} pushed` : `image ${image} deleted from ECR`,
      // Where an image will run, its registry does not know.
      ...placeOf({ ...event, account: undefined }, context, { service: lastOfArn(repository) }),
      ...defined({ to: action === 'PUSH' ? tag : undefined }),
    },
    identities:
      action === 'PUSH'
        ? [
            {
              type: 'image-push',
              value: keyOf(
                'ecr',
                event.account,
                event.region,
                repository,
                tag,
                detail['image-digest'],
                momentOf(event),
              ),
            },
          ]
        : [repetitionOf('aws', ['ecr', event.account, event.region, action, repository], time.occurredAt)],
    mentions: digest === undefined ? [] : [{ type: 'image', value: digest }],
  });
});
