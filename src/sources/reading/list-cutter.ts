interface Listener {
  /** The list begins; what came of one of the same name before does not count, as for `JSON.parse`. */
  readonly begin: () => void;
  /** Whole items of the list, with commas between them. */
  readonly part: (part: Buffer) => void;
}

const [quote, backslash, comma, openList, closeList, openObject, closeObject] = Buffer.from('"\\,[]{}');

/**
 * Cuts the long list out of an object in JSON while its bytes arrive, without reading it. Together they are JSON exactly
 * when each part is within brackets, none of several is empty, and what is left is, where the list is empty.
 */
export function listCutter(name: string, { begin, part }: Listener, partSize = 1 << 15) {
  const left: Buffer[] = [];
  let piece: Buffer[] = [];
  let pieceSize = 0;
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let isInList = false;
  /** Of the last text right in the object, as much as tells whether it is the name. */
  let lastText = '';

  function give(end: Buffer): void {
    part(piece.length === 0 ? end : Buffer.concat([...piece, end]));
    piece = [];
    pieceSize = 0;
  }

  function addTextByte(byte: number | undefined): void {
    if (isEscaped) isEscaped = false;
    else if (byte === backslash) isEscaped = true;
    else if (byte === quote) {
      isText = false;
      return;
    }
    if (depth === 1 && lastText.length <= name.length) lastText += String.fromCharCode(byte ?? 0);
  }

  return {
    add(chunk: Buffer): void {
      let from = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at];
        if (isText) {
          addTextByte(byte);
        } else if (byte === quote) {
          isText = true;
          if (depth === 1) lastText = '';
        } else if (byte === openList || byte === openObject) {
          depth += 1;
          if (depth === 2 && byte === openList && lastText === name) {
            left.push(chunk.subarray(from, at + 1));
            from = at + 1;
            isInList = true;
            begin();
          }
        } else if (byte === closeList || byte === closeObject) {
          depth -= 1;
          if (depth === 1 && isInList) {
            give(chunk.subarray(from, at));
            from = at;
            isInList = false;
          }
        } else if (byte === comma && depth === 2 && isInList && pieceSize + at - from >= partSize) {
          give(chunk.subarray(from, at));
          from = at + 1;
        }
      }
      (isInList ? piece : left).push(chunk.subarray(from));
      if (isInList) pieceSize += chunk.length - from;
    },
    /** What is left when the last bytes have come. */
    left: (): Buffer => Buffer.concat(left),
  };
}
