import type { Secret } from '../../../utils/secret.ts';

const TIMEOUT_MS = 10_000;

/** What can stand in a header and is no sentence. */
const API_KEY = /^[\x21-\x7e]{8,512}$/;

/** accepted: it opens a workspace. The others say why that is not known, or that it does not. */
export type KeyVerdict = 'accepted' | 'refused' | 'too_many' | 'unreachable';

/**
 * Asks Saleshandy's public API whether it accepts a key, by the cheapest question that needs one: for a single mailbox.
 * @param api where the API is, such as `https://open-api.saleshandy.com/v1`
 */
export async function checkApiKey(api: string, key: Secret): Promise<KeyVerdict> {
  if (!API_KEY.test(key.open())) return 'refused';
  try {
    const response = await fetch(`${api}/email-accounts`, {
      method: 'POST',
      headers: { 'x-api-key': key.open(), 'Content-Type': 'application/json' },
      body: JSON.stringify({ page: 1, pageSize: 1 }),
      // The key is for nobody else.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.ok) return 'accepted';
    // 403 where the plan has no API.
    if (response.status === 401 || response.status === 403) return 'refused';
    return response.status === 429 ? 'too_many' : 'unreachable';
  } catch {
    // Its words could quote the request.
    return 'unreachable';
  }
}
