/*
 * Mail servers are to answer in UTF-8 (RFC 9051) or ASCII (RFC 5321). Older ones answer in the charset of their country and
 * do not say which: it is told from the bytes.
 */

const utf8 = new TextDecoder('utf-8', { fatal: true });

const decodeAs = (charset: string, bytes: Uint8Array): string => new TextDecoder(charset).decode(bytes);

/** A server's words, well formed whatever its bytes are. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeAs(charsetOf(bytes), bytes);
  }
}

/** Letters of Russian in KOI8-R and Windows-1251: capitals and small letters change places between the two. */
const isCyrillic = (byte: number): boolean => byte >= 0xc0 || byte === 0xa3 || byte === 0xb3 || byte === 0xb8;

/** The likeliest charset of text that is no UTF-8. */
function charsetOf(bytes: Uint8Array): string {
  if (isShiftJis(bytes)) return 'shift_jis';
  const runs = highRuns(bytes);
  const high = runs.flat();
  // In languages of Latin letters those with marks stand by themselves, among others.
  if (high.length < 2 * runs.length) return 'windows-1252';
  if (high.every(isCyrillic)) {
    const low = high.filter((byte) => byte < 0xe0).length;
    // Text is mostly small letters.
    return low * 2 >= high.length ? 'koi8-r' : 'windows-1251';
  }
  return isGbk(bytes) ? 'gb18030' : 'windows-1252';
}

function highRuns(bytes: Uint8Array): number[][] {
  const runs: number[][] = [];
  let last = Number.NaN;
  bytes.forEach((byte, at) => {
    if (byte < 0x80) return;
    if (at === last + 1) runs.at(-1)?.push(byte);
    else runs.push([byte]);
    last = at;
  });
  return runs;
}

/** Whether it is Shift-JIS throughout and has kana, which no Japanese sentence lacks. */
function isShiftJis(bytes: Uint8Array): boolean {
  let kana = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] as number;
    if (lead < 0x80) continue;
    if (lead >= 0xa1 && lead <= 0xdf) continue;
    const trail = bytes[at + 1] ?? 0;
    if (!((lead >= 0x81 && lead <= 0x9f) || (lead >= 0xe0 && lead <= 0xfc))) return false;
    if (trail < 0x40 || trail === 0x7f || trail > 0xfc) return false;
    if (lead === 0x82 || lead === 0x83) kana += 1;
    at += 1;
  }
  return kana > 0;
}

/** Whether every high byte begins a pair of GBK. */
function isGbk(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] as number;
    if (lead < 0x80) continue;
    const trail = bytes[at + 1] ?? 0;
    if (lead < 0x81 || lead > 0xfe || trail < 0x40 || trail === 0x7f || trail === 0xff) return false;
    at += 1;
  }
  return true;
}
