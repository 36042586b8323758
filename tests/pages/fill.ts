/** What a fixture page is filled with before it is served or loaded. */
export interface PageFacts {
  email: string;
  /** The codes the page shows, one after the other. */
  codes: readonly string[];
  dir?: 'ltr' | 'rtl';
  /** What Google's page puts between groups. */
  gap?: 'spans' | 'inside' | 'nbsp' | 'none';
}

/** A fixture page with its placeholders filled in. */
export function fillPage(html: string, { email, codes, dir = 'ltr', gap = 'spans' }: PageFacts): string {
  const values: Record<string, string> = { email, codes: codes.join(' '), dir, gap };
  return html.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}
