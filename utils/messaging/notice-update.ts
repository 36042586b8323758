/** From the worker to the notice of a tab: what there is to show has changed. Carries views, so no code. */
export const NOTICE_UPDATE = 'notice-update';
