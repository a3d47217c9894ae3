import { outsideText } from '../../domain/outside-text.ts';
import { isObject, parseJson } from '../reading/json.ts';
import { utc } from './event.ts';

/** https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html */
interface Notification {
  readonly id: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly time: Date | undefined;
  readonly subject: string | undefined;
  /** The JSON in it, or its words. */
  readonly message: unknown;
}

export type Carried =
  | { readonly as: 'notification'; readonly notification: Notification }
  | { readonly as: 'confirmation' }
  | { readonly as: 'itself' };

/** What a body is to SNS. */
export function carriedBy(body: unknown): Carried {
  if (!isObject(body)) return { as: 'itself' };
  if (body['Type'] === 'SubscriptionConfirmation' || body['Type'] === 'UnsubscribeConfirmation') {
    return { as: 'confirmation' };
  }
  const { Message: message } = body;
  if (body['Type'] !== 'Notification' || typeof message !== 'string') return { as: 'itself' };
  const [, region, account] = /^arn:[\w-]+:sns:([\w-]+):(\d+):/.exec(outsideText(body['TopicArn'], 500) ?? '') ?? [];
  const json = /^\s*[{[]/.test(message) ? parseJson(message) : undefined;
  return {
    as: 'notification',
    notification: {
      id: outsideText(body['MessageId'], 100),
      account,
      region,
      time: utc(body['Timestamp']),
      subject: outsideText(body['Subject'], 200),
      message: json ?? message,
    },
  };
}
