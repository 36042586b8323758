import type { Secret } from '../../../utils/secret.ts';
import { SaleshandyApi, type SaleshandyError } from './api.ts';

const TIMEOUT_MS = 10_000;

/** What can stand in a header and is no sentence. */
const API_KEY = /^[\x21-\x7e]{8,512}$/;

/** accepted: it opens a workspace. The others say why that is not known, or that it does not. */
export type KeyVerdict = 'accepted' | 'refused' | 'too_many' | 'unreachable';

/**
 * Asks Saleshandy's public API whether it accepts a key.
 * @param address where the API is, such as `https://open-api.saleshandy.com/v1`
 */
export async function checkApiKey(address: string, key: Secret): Promise<KeyVerdict> {
  if (!API_KEY.test(key.open())) return 'refused';
  try {
    await new SaleshandyApi(address, key).expectKey(TIMEOUT_MS);
    return 'accepted';
  } catch (error) {
    switch ((error as SaleshandyError).obstacle) {
      case 'key_refused':
        return 'refused';
      case 'too_many':
        return 'too_many';
      default:
        return 'unreachable';
    }
  }
}
