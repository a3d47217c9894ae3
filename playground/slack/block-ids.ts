import { randomBytes } from 'node:crypto';
import { isObject, objectsOf, type JsonObject } from '../json.ts';

/** Slack invents the ids that an app leaves out; clicks refer to them. */
export function withBlockIds(blocks: readonly JsonObject[]): readonly JsonObject[] {
  return blocks.map((block) => ({
    ...block,
    block_id: typeof block['block_id'] === 'string' ? block['block_id'] : invented(),
    ...(Array.isArray(block['elements']) && block['type'] !== 'context' && block['type'] !== 'rich_text'
      ? { elements: objectsOf(block['elements']).map(withActionId) }
      : {}),
    ...(isObject(block['accessory']) ? { accessory: withActionId(block['accessory']) } : {}),
    ...(isObject(block['element']) ? { element: withActionId(block['element']) } : {}),
    ...(Array.isArray(block['child_blocks']) ? { child_blocks: withBlockIds(objectsOf(block['child_blocks'])) } : {}),
  }));
}

function withActionId(element: JsonObject): JsonObject {
  if (element['type'] === 'image') return element;
  return { ...element, action_id: typeof element['action_id'] === 'string' ? element['action_id'] : invented() };
}

function invented(): string {
  return randomBytes(4).toString('base64url');
}

/** An element that people can act on, with the block that holds it. */
export interface Control {
  readonly blockId: string;
  readonly block: JsonObject;
  readonly element: JsonObject;
}

export function controlsOf(blocks: readonly JsonObject[]): readonly Control[] {
  return blocks.flatMap((block) => [
    ...[
      ...(block['type'] === 'context' || block['type'] === 'rich_text' ? [] : objectsOf(block['elements'])),
      block['accessory'],
      block['element'],
    ]
      .filter(isObject)
      .filter((element) => element['type'] !== 'image')
      .map((element) => ({ blockId: String(block['block_id']), block, element })),
    ...controlsOf(objectsOf(block['child_blocks'])),
  ]);
}

/** By action id, or by the words on it. */
export function findControl(blocks: readonly JsonObject[], action: string, blockId?: string): Control | undefined {
  const controls = controlsOf(blocks).filter((each) => blockId === undefined || each.blockId === blockId);
  return (
    controls.find(({ element }) => element['action_id'] === action) ??
    controls.find(({ element }) => isObject(element['text']) && element['text']['text'] === action)
  );
}
