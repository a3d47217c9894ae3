import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, brotliDecompress, constants } from 'node:zlib';

/** The fastest level. On a 7.7 kB GitHub push: 16 µs to a fifth; PostgreSQL's pglz takes 85 µs to a third. */
const fastest = { params: { [constants.BROTLI_PARAM_QUALITY]: 0 } };
/** Larger blocks are compressed off the event loop, which they would hold up for milliseconds; smaller ones cost more there. */
const large = 1 << 20;
/** No source may send more, and bodies are put together up to less, so nothing that we stored expands to more. */
const largest = 32 << 20;

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

export interface Block {
  /** All bodies, one after the other, compressed. */
  readonly block: Buffer;
  /** Of each, in order, in the block expanded. */
  readonly places: readonly { readonly start: number; readonly size: number }[];
}

/**
 * Bodies that are stored together. Those of one moment are much alike, and most of what one costs is to begin: of 32 pushes
 * each takes a tenth of the time that it takes alone.
 */
export async function packBodies(bodies: readonly Buffer[]): Promise<Block> {
  let end = 0;
  const places = bodies.map(({ length: size }) => {
    end += size;
    return { start: end - size, size };
  });
  const all = Buffer.concat(bodies, end);
  if (end > large) return { block: await compress(all, fastest), places };
  // Node gives each result whole chunks of memory, of 16 kB unless told: four times what most need.
  return { block: brotliCompressSync(all, { ...fastest, chunkSize: Math.max(1024, end >> 1) }), places };
}

/** What was packed. Rejects when these bytes are not of its making. */
export async function expandBlock(stored: Buffer): Promise<Buffer> {
  return decompress(stored, { maxOutputLength: largest });
}
