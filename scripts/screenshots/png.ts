// A screenshot with at most 256 colours: a page has few, and the file is less than half as large (PNG, third edition,
// www.w3.org/TR/png-3).
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MAX_COLOURS = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Three bytes each. */
  readonly rgb: Uint8Array;
}

/** @param png as Chromium writes it: eight bits a channel, without interlacing */
export function withFewColours(png: Buffer): Buffer {
  const { width, height, rgb } = decode(png);
  const { palette, indexes } = reduce(rgb);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) rows.set(indexes.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export function decode(png: Buffer): Pixels {
  const parts: Buffer[] = [];
  let header = Buffer.alloc(13);
  for (let at = SIGNATURE.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR') header = Buffer.from(data);
    if (type === 'IDAT') parts.push(data);
  }
  const channels = { 2: 3, 6: 4 }[header.readUInt8(9)];
  if (channels === undefined || header.readUInt8(8) !== 8 || header.readUInt8(12) !== 0)
    throw new Error('not the PNG of a screenshot');
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const bytes = unfiltered(inflateSync(Buffer.concat(parts)), width * channels, channels);
  const rgb = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at += 1) rgb.set(bytes.subarray(at * channels, at * channels + 3), at * 3);
  return { width, height, rgb };
}

/** Each row begins with the number of what was done to it (section 9). */
function unfiltered(data: Buffer, stride: number, channels: number): Uint8Array {
  const height = data.length / (stride + 1);
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = data[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (out[at - channels] ?? 0);
      const up = y === 0 ? 0 : (out[at - stride] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (out[at - stride - channels] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[at] = (data[y * (stride + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [byLeft, byUp, byCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

/** Colours that differ in their last bits only become one, until few enough are left; the most frequent of them stays exact. */
function reduce(rgb: Uint8Array): { readonly palette: Buffer; readonly indexes: Uint8Array } {
  for (let dropped = 0; dropped < 8; dropped += 1) {
    const groups = new Map<number, Map<number, number>>();
    const keys = new Uint32Array(rgb.length / 3);
    for (let at = 0; at < keys.length; at += 1) {
      const colour = ((rgb[at * 3] ?? 0) << 16) | ((rgb[at * 3 + 1] ?? 0) << 8) | (rgb[at * 3 + 2] ?? 0);
      const mask = (0xff >> dropped) << dropped;
      const key = colour & ((mask << 16) | (mask << 8) | mask);
      keys[at] = key;
      const group = groups.get(key) ?? new Map<number, number>();
      groups.set(key, group.set(colour, (group.get(colour) ?? 0) + 1));
    }
    if (groups.size > MAX_COLOURS) continue;
    const order = new Map([...groups.keys()].map((key, index) => [key, index]));
    const colours = [...groups.values()].map((group) => [...group].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0);
    const palette = Buffer.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 0xff, colour & 0xff]));
    return { palette, indexes: Uint8Array.from(keys, (key) => order.get(key) ?? 0) };
  }
  throw new Error('one bit a channel is eight colours at most');
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
